// The administrator's dry run, `POST /$dry-run`, and the last events, `GET /$events`.
import { issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, matches, ok, same } from "./assert.mjs";
import { ADMIN_TOKEN, SECRETS, subjectToken, TRUSTED, TYPE } from "./fixture.mjs";
import { basic, goodExchange, goodExchangeOf } from "./token_request.mjs";

const BEARER = `Bearer ${ADMIN_TOKEN}`;

async function dryRun(sts, body, headers = { authorization: BEARER }) {
  const response = await sts.fetch("/$dry-run", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  equal(response.headers.get("cache-control"), "no-store", "Cache-Control");
  for (const secret of [body.subject_token, body.actor_token, ADMIN_TOKEN]) {
    if (secret !== undefined) ok(!text.includes(secret), "a token is repeated");
  }
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

/** The same request, tried and made. */
async function bothWays(sts, client, parameters) {
  const tried = await dryRun(sts, { client_id: client, ...parameters });
  equal(tried.status, 200, tried.text.slice(0, 300));
  const request = await goodExchangeOf(sts, client, parameters.scope);
  for (const [name, value] of Object.entries(parameters)) request.set(name, value);
  return { tried: tried.body, response: await request.send(sts) };
}

async function events(sts, headers = { authorization: BEARER }) {
  const response = await sts.fetch("/$events", { headers });
  return { status: response.status, body: await response.json() };
}

const cases = [
  {
    name: "it says what is then issued",
    async run(sts) {
      const subject_token = await subjectToken(sts);
      const parameters = { subject_token, subject_token_type: TYPE.jwt, scope: "read" };
      const { tried, response } = await bothWays(sts, "c1", parameters);
      const { answer, claims } = await issuedBy(response);
      equal(tried.outcome, "success", "outcome");
      const { form, refresh_token, ends_with, claims: said, ...rest } = tried.would_issue;
      same([form, refresh_token], ["jwt", true], "form and refresh token");
      same(ends_with.slice(0, 2), ["Client/c1", "User/alice"], "who stands behind it");
      for (const name of ["issued_token_type", "token_type", "scope"]) equal(rest[name], answer[name], name);
      for (const name of Object.keys(claims).filter((name) => !["jti", "iat", "exp"].includes(name))) {
        same(said[name], claims[name], name);
      }
      ok(!("jti" in said), "it has no jti");
      same(tried.event.subject, { iss: TRUSTED.main.iss, sub: "alice" }, "subject");
      equal(tried.event.event, "admin.dry_run", "event");
    },
  },
  {
    name: "an opaque token is described, and none comes out",
    async run(sts) {
      const parameters = { subject_token: await subjectToken(sts), subject_token_type: TYPE.jwt, scope: "read" };
      const { tried, response } = await bothWays(sts, "co", parameters);
      const { answer } = await issuedBy(response);
      matches(answer.access_token, /^sts_at_/, "an opaque token");
      equal(tried.would_issue.form, "opaque", "form");
      ok(!JSON.stringify(tried).includes("sts_"), "no token in the answer");
    },
  },
  {
    name: "a refusal names the rule and what the client is told",
    async run(sts) {
      const parameters = { subject_token: await subjectToken(sts), subject_token_type: TYPE.jwt, scope: "admin" };
      const { tried, response } = await bothWays(sts, "c1", parameters);
      const sentence = await refusedBy(response, { error: "invalid_scope" });
      const answer = { status: 400, error: "invalid_scope", error_description: sentence };
      same(
        tried.refused,
        { reason: "scope_not_allowed", resource: "Client/c1", member: "Client.scope", answer },
        "refused",
      );
      equal(tried.event.outcome, "refused", "the outcome of the event");
    },
  },
  {
    name: "a condition that is not met is named with its place",
    async run(sts) {
      const parameters = { subject_token: await subjectToken(sts), subject_token_type: TYPE.jwt, scope: "read" };
      const { tried, response } = await bothWays(sts, "ra", parameters);
      equal(response.status, 400, "refused");
      equal(tried.refused.reason, "subject_token.condition_failed", "reason");
      equal(tried.refused.resource, "Client/ra", "resource");
      matches(tried.refused.member, /^Client\.condition/, "member");
      equal(tried.event.condition.path, tried.refused.member, "the event's condition");
    },
  },
  {
    name: "nobody but an administrator may, whatever he proves",
    async run(sts) {
      const { answer } = await issuedBy(await (await goodExchange(sts)).send(sts));
      const body = { client_id: "c1", subject_token: await subjectToken(sts), subject_token_type: TYPE.jwt };
      for (const authorization of [undefined, "Bearer wrong", basic("c1"), `Bearer ${answer.access_token}`]) {
        const headers = authorization === undefined ? {} : { authorization };
        const tried = await dryRun(sts, body, headers);
        same([tried.status, tried.body.resourceType], [401, "OperationOutcome"], "status");
        equal(tried.headers.get("www-authenticate"), 'Bearer realm="sts-admin"', "WWW-Authenticate");
        equal((await events(sts, headers)).status, 401, "the last events");
      }
    },
  },
  {
    name: "credentials of a client are refused, and a grant that cannot be tried",
    async run(sts) {
      const body = { client_id: "c1", subject_token: await subjectToken(sts), subject_token_type: TYPE.jwt };
      for (const [more, place] of [
        [{ client_secret: SECRETS.c1 }, "client_secret"],
        [{ client_assertion: "planted", client_assertion_type: "x" }, "client_assertion"],
        [{ grant_type: "refresh_token", refresh_token: "planted" }, "grant_type"],
        [{ client_id: "" }, "client_id"],
        [{ dpop_jkt: "x" }, "dpop_jkt"],
      ]) {
        const tried = await dryRun(sts, { ...body, ...more });
        same([tried.status, tried.body.issue[0].expression], [422, [place]], tried.text);
        ok(!tried.text.includes("planted") && !tried.text.includes(SECRETS.c1), "nothing is repeated");
      }
      for (const method of ["GET", "PUT", "DELETE"]) {
        const response = await sts.fetch("/$dry-run", { method, headers: { authorization: BEARER } });
        same([response.status, response.headers.get("allow")], [405, "POST"], method);
      }
    },
  },
  {
    name: "the last events tell of it, newest first, and hold no token",
    async run(sts) {
      const subject_token = await subjectToken(sts);
      const parameters = { subject_token, subject_token_type: TYPE.jwt, scope: "admin" };
      const { tried } = await bothWays(sts, "c1", parameters);
      const { status, body } = await events(sts);
      equal(status, 200, "status");
      ok(body.seen >= body.events.length && body.events.length <= body.kept_at_most, "how many");
      const at = body.events.findIndex(({ request_id }) => request_id === tried.event.request_id);
      ok(at > 0, "the dry run is among them, and not the last");
      equal(body.events[at].reason, "scope_not_allowed", "its reason");
      ok(!JSON.stringify(body).includes(subject_token), "no token");
      const looking = ({ event, outcome }) => /^admin\.(events|get|list|history)$/.test(event) && outcome === "success";
      ok(!body.events.some(looking), "looking is not among them");
      equal((await sts.fetch("/$events?_count=1", { headers: { authorization: BEARER } })).status, 400, "a query");
    },
  },
];

export default cases.map(({ name, run }) => ({
  name,
  async run(sts) {
    await run(sts);
    await servesGood(sts);
  },
}));
