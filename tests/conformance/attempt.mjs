// One case at work: the good requests of the target, which a case changes in one thing, and what it expects of the
// answers. What it sends and gets is kept for the report.
import { randomUUID } from "node:crypto";
import { decoded, jwt, newKey, now, proof, signingKey, verified } from "./jwt.mjs";
import { transcript } from "./masked.mjs";
import { Request } from "./request.mjs";

export const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** The server did something else than the standard says. */
export class Unmet extends Error {}

/** The case cannot be tried on this target; the message says why. */
export class NotTried extends Error {}

export class Attempt {
  #run;
  #expected = new Set();
  log = [];

  /** `run`: what all cases of one run share: { target, secrets, agents, fixed, keys }. */
  constructor(run) {
    this.#run = run;
    this.target = run.target;
  }

  get expected() {
    return [...this.#expected];
  }

  // Requests

  request(url, client = this.target.client) {
    const keep = (wire, answer) => this.log.push(transcript(wire, answer, this.#run.secrets));
    return new Request(url, client, keep, this.#run.agents);
  }

  /** The good exchange: a subject token, the first audience or resource, and nothing that may be left out. */
  async exchange(subject) {
    const { target } = this;
    const request = this.request(target.token_endpoint)
      .set("grant_type", EXCHANGE)
      .set("subject_token", subject ?? (await this.subjectToken()))
      .set("subject_token_type", target.subject.token_type);
    if (target.audience.length > 0) return request.set("audience", target.audience[0]);
    return target.resource.length > 0 ? request.set("resource", target.resource[0]) : request;
  }

  /** The good exchange with an actor token. */
  async delegated({ subject, actor } = {}) {
    const request = await this.exchange(subject ?? (await this.subjectForDelegation()));
    const token = actor ?? (await this.actorToken());
    return request.set("actor_token", token).set("actor_token_type", this.target.actor.token_type);
  }

  /** A subject token whose `may_act` names the actor, where the suite can mint one: RFC 8693 section 4.4. */
  async subjectForDelegation(claims = {}) {
    const { subject, actor, features } = this.target;
    if (subject.mint === undefined || actor.mint === undefined || !features.may_act) return this.subjectToken();
    return this.minted({ claims: { may_act: { iss: actor.mint.iss, sub: actor.mint.claims?.sub }, ...claims } });
  }

  subjectToken() {
    return this.#token(this.target.subject, "subject");
  }

  actorToken() {
    return this.#token(this.target.actor, "actor");
  }

  async #token(source, name) {
    if (source.mint !== undefined) return mintedBy(source.mint);
    const { fixed } = this.#run;
    if (source.tokens !== undefined) {
      fixed[name] = (fixed[name] ?? -1) + 1;
      return source.tokens[fixed[name] % source.tokens.length];
    }
    const request = this.request(this.target.token_endpoint);
    for (const [parameter, value] of Object.entries(source.token_request)) request.set(parameter, String(value));
    const token = (await request.send()).json?.access_token;
    if (typeof token !== "string") throw new NotTried(`the ${name}'s token_request gave no token`);
    return token;
  }

  /** A subject token that the suite mints, with one thing changed: { claims, header, payload, by }. */
  minted(change = {}) {
    const { mint } = this.target.subject;
    if (mint === undefined) throw new NotTried("the suite cannot mint subject tokens of this target");
    return mintedBy(mint, change);
  }

  mintedActor(change = {}) {
    const { mint } = this.target.actor;
    if (mint === undefined) throw new NotTried("the suite cannot mint actor tokens of this target");
    return mintedBy(mint, change);
  }

  /** The key with which the suite mints subject tokens. */
  mintingKey() {
    this.minted();
    return signingKey(this.target.subject.mint);
  }

  /** A refresh token, with this scope if one is named, and the answer that it came in. */
  async refreshToken(scope) {
    const request = await this.exchange();
    const answer = await (scope === undefined ? request : request.set("scope", scope)).send();
    this.issued(answer);
    const token = answer.json.refresh_token;
    if (typeof token !== "string") throw new NotTried("the exchange gave no refresh_token");
    return { token, answer };
  }

  refresh(token, client) {
    return this.request(this.target.token_endpoint, client)
      .set("grant_type", "refresh_token")
      .set("refresh_token", token);
  }

  introspect(token, client) {
    return this.request(this.target.introspection_endpoint, client).set("token", token);
  }

  revoke(token, client) {
    return this.request(this.target.revocation_endpoint, client).set("token", token);
  }

  // Expectations. Each says what it expects, whether or not it is met.

  /** What the case goes on from: where that is not so, nothing is said of the server. */
  given(condition, sentence) {
    if (!condition) throw new NotTried(sentence);
  }

  expect(condition, expected, received) {
    this.#expected.add(expected);
    if (!condition) throw new Unmet(received === undefined ? `not so: ${expected}` : String(received));
  }

  /** The headers say that the body is JSON. */
  isJson({ "content-type": type }) {
    this.expect(/^application\/json\b/i.test(type ?? ""), "Content-Type: application/json", `Content-Type: ${type}`);
  }

  /** RFC 6749 section 5.2: an error of one of these codes, and no token. `statuses` where it is not 400. */
  refused(answer, errors, statuses = [400]) {
    const codes = [errors].flat();
    this.expect(
      answer.status >= 400 && answer.json?.access_token === undefined,
      "an error response without a token",
      `status ${answer.status}${answer.json?.access_token === undefined ? "" : " with a token"}`,
    );
    this.expect(statuses.includes(answer.status), `status ${statuses.join(" or ")}`, `status ${answer.status}`);
    const code = answer.json?.error;
    this.expect(codes.includes(code), `error ${codes.join(" or ")}`, `error ${shown(code)}`);
  }

  /** An error of any code, and no token: where the standard leaves open which. */
  noToken(answer) {
    this.expect(
      answer.status >= 400 && answer.status < 500 && answer.json?.access_token === undefined,
      "an error response (4xx) without a token",
      `status ${answer.status}${answer.json?.access_token === undefined ? "" : " with a token"}`,
    );
  }

  /** RFC 8693 section 2.2.1: a token was issued. */
  issued(answer) {
    const ok = answer.status === 200 && typeof answer.json?.access_token === "string";
    const error = answer.json?.error === undefined ? "" : `, error ${shown(answer.json.error)}`;
    this.expect(ok, "status 200 with a token", `status ${answer.status}${error}`);
    return answer.json;
  }

  /** Header and claims of the issued token, where it is a JWT and the server is said to issue such. */
  claims(answer) {
    const parts = decoded(this.issued(answer).access_token);
    if (parts === undefined) throw new NotTried("the issued token is no JWT");
    return parts;
  }

  /** The issued token's claims, read from it or from introspection. */
  async known(answer) {
    const parts = decoded(this.issued(answer).access_token);
    if (parts !== undefined) return parts.claims;
    if (!this.target.features.introspection)
      throw new NotTried("the issued token is opaque, and there is no introspection");
    const { json } = await this.introspect(answer.json.access_token).send();
    this.given(json?.active === true, "the server does not introspect the issued token for this client");
    return json;
  }

  /** Whether the keys of jwks_uri verify the token. */
  async verifies(token) {
    return verified(token, (await this.keySet()).keys ?? []);
  }

  async keySet() {
    const { jwks_uri } = this.target;
    if (jwks_uri === undefined) throw new NotTried("the target has no jwks_uri");
    const answer = await this.get(jwks_uri);
    this.expect(Array.isArray(answer.json?.keys), "a JWK Set", "no JWK Set");
    return answer.json;
  }

  get(url) {
    const request = this.request(url, null);
    request.client = undefined;
    request.method = "GET";
    return request.send();
  }

  // DPoP

  dpopKey() {
    return (this.#run.dpopKey ??= newKey());
  }

  /** The good exchange with a proof; asked for a nonce, it sends one. */
  async exchangeWithProof(change = {}, key = this.dpopKey()) {
    const send = async (nonce) => {
      const claims = nonce === undefined ? change.claims : { nonce, ...change.claims };
      const by = change.by ?? key;
      const text = change.text ?? proof(by, this.target.token_endpoint, { header: change.header, claims });
      const request = (await this.exchange()).header("DPoP", text);
      if (change.twice) request.header("DPoP", proof(by, this.target.token_endpoint, { claims }));
      return request.send();
    };
    const answer = await send();
    if (answer.json?.error !== "use_dpop_nonce") return answer;
    return send(answer.headers["dpop-nonce"]);
  }
}

function mintedBy(mint, { claims = {}, header = {}, payload, by } = {}) {
  const good = { iss: mint.iss, iat: now(), exp: now() + 300, jti: randomUUID(), ...mint.claims };
  const typ = mint.typ ?? "JWT";
  return jwt({ typ, ...header }, payload ?? { ...good, ...claims }, by ?? signingKey(mint));
}

function shown(value) {
  return value === undefined ? "absent" : JSON.stringify(value);
}
