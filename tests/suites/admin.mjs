// The administrator's requests for one resource (contract 3.6): who may, PUT, GET, POST, DELETE, versions, and when they take effect.
import { issuedBy, refusedBy } from "./answers.mjs";
import { equal, matches, ok, same } from "./assert.mjs";
import { administer, BEARER, CLIENT, freshId, GOOD, LONG, outcome, servingGood } from "./administrator.mjs";
import { ADMIN_TOKEN, subjectToken } from "./fixture.mjs";
import { basic, goodExchange } from "./token_request.mjs";

export default servingGood([
  ...[
    ["no token", {}],
    ["wrong token", { authorization: "Bearer wrong" }],
    ["the token's beginning", { authorization: BEARER.slice(0, -1) }],
    ["the token and more", { authorization: `${BEARER}x` }],
    ["another case", { authorization: BEARER.toUpperCase() }],
    ["a client's credentials", { authorization: basic("c1") }],
    ["the token as Basic", { authorization: basic("admin", ADMIN_TOKEN) }],
  ].map(([title, headers]) => ({
    name: `without the administrator's token: ${title}`,
    async run(sts) {
      for (const [method, path] of [
        ["GET", "/Client"],
        ["GET", "/Client/c1"],
        ["PUT", "/Client/intruder"],
        ["POST", "/User"],
        ["DELETE", "/Client/c1"],
      ]) {
        const body = method === "PUT" || method === "POST" ? { body: "{}" } : {};
        const response = await sts.fetch(path, {
          method,
          headers: { "content-type": "application/json", ...headers },
          ...body,
        });
        const text = await response.text();
        equal(response.status, 401, `${method} ${path} ${text.slice(0, 100)}`);
        matches(response.headers.get("www-authenticate"), /^Bearer\b/, "WWW-Authenticate");
        ok(!text.includes("grant_types"), "nothing of a resource");
      }
      equal((await administer(sts, "GET", "/Client/intruder")).status, 404, "nothing was made");
    },
  })),
  {
    name: "an access token is not the administrator's",
    async run(sts) {
      const { answer } = await issuedBy(await (await goodExchange(sts)).send(sts));
      const response = await sts.fetch("/Client", {
        method: "GET",
        headers: { authorization: `Bearer ${answer.access_token}` },
      });
      await response.text();
      equal(response.status, 401, "status");
    },
  },
  ...["Client", "TokenIntrospector", "User"].map((type) => ({
    name: `${type}: PUT makes and replaces, GET, the list, DELETE`,
    async run(sts) {
      const id = freshId();
      const path = `/${type}/${id}`;
      equal((await administer(sts, "GET", path)).status, 404, "GET before");
      equal((await administer(sts, "DELETE", path)).status, 204, "DELETE before");
      const put = await administer(sts, "PUT", path, GOOD[type]);
      equal(put.status, 201, `PUT: ${put.text.slice(0, 300)}`);
      same([put.body.resourceType, put.body.id], [type, id], "what was made");
      matches(put.headers.get("location"), new RegExp(`/${type}/${id}(/_history/\\d+)?$`), "Location");
      matches(put.body.meta.versionId, /^\d+$/, "versionId");
      ok(!Number.isNaN(Date.parse(put.body.meta.lastUpdated)), "lastUpdated");
      matches(put.headers.get("etag"), new RegExp(`^(W/)?"${put.body.meta.versionId}"$`), "ETag");
      const got = await administer(sts, "GET", path);
      equal(got.status, 200, "GET");
      same(got.body, put.body, "what GET gives");
      equal(got.headers.get("etag"), put.headers.get("etag"), "ETag of GET");
      const again = await administer(sts, "PUT", path, GOOD[type]);
      equal(again.status, 200, "PUT again");
      ok(Number(again.body.meta.versionId) > Number(put.body.meta.versionId), "the version counts up");
      const list = await administer(sts, "GET", `/${type}`);
      equal(list.status, 200, "list");
      same(
        list.body.entry.map(({ resource }) => resource).find((resource) => resource.id === id),
        again.body,
        "in the list",
      );
      equal(list.body.total, list.body.entry.length, "total");
      for (const { resource } of list.body.entry) equal(resource.resourceType, type, "type of an entry");
      const deleted = await administer(sts, "DELETE", path);
      equal(deleted.status, 200, "DELETE");
      same(deleted.body, again.body, "what DELETE gives");
      outcome(await administer(sts, "GET", path), 404);
      equal((await administer(sts, "DELETE", path)).status, 204, "DELETE again");
      const relisted = await administer(sts, "GET", `/${type}`);
      ok(!relisted.text.includes(id), "not in the list any more");
      // the version of what is made anew is none of the former ones
      const reborn = await administer(sts, "PUT", path, GOOD[type]);
      equal(reborn.status, 201, "PUT after DELETE");
      equal((await administer(sts, "DELETE", path)).status, 200, "DELETE at last");
    },
  })),
  ...["Client", "TokenIntrospector", "User"].map((type) => ({
    name: `${type}: POST makes an id or honours one; 409 when it is there`,
    async run(sts) {
      const id = freshId();
      const post = await administer(sts, "POST", `/${type}`, { ...GOOD[type], id });
      equal(post.status, 201, `POST: ${post.text.slice(0, 300)}`);
      equal(post.body.id, id, "id");
      matches(post.headers.get("location"), new RegExp(`/${type}/${id}(/_history/\\d+)?$`), "Location");
      outcome(await administer(sts, "POST", `/${type}`, { ...GOOD[type], id }), 409);
      equal((await administer(sts, "DELETE", `/${type}/${id}`)).status, 200, "DELETE");
      const nameless = await administer(sts, "POST", `/${type}`, GOOD[type]);
      equal(nameless.status, 201, "POST without id");
      matches(nameless.body.id, /^[A-Za-z0-9._-]{1,64}$/, "the id that was made");
      equal((await administer(sts, "DELETE", `/${type}/${nameless.body.id}`)).status, 200, "DELETE");
    },
  })),
  {
    name: "ETag and If-Match",
    async run(sts) {
      const path = `/Client/${freshId()}`;
      outcome(await administer(sts, "PUT", path, CLIENT, { "if-match": 'W/"1"' }), 412);
      outcome(await administer(sts, "PUT", path, CLIENT, { "if-match": "*" }), 412);
      equal((await administer(sts, "GET", path)).status, 404, "nothing was made");
      const first = (await administer(sts, "PUT", path, CLIENT)).headers.get("etag");
      const changed = { ...CLIENT, name: "second" };
      const second = await administer(sts, "PUT", path, changed, { "if-match": first });
      equal(second.status, 200, "PUT with the ETag");
      outcome(await administer(sts, "PUT", path, { ...CLIENT, name: "third" }, { "if-match": first }), 412);
      outcome(await administer(sts, "DELETE", path, undefined, { "if-match": first }), 412);
      equal((await administer(sts, "GET", path)).body.name, "second", "what is stored");
      const strong = `"${second.body.meta.versionId}"`;
      equal(
        (await administer(sts, "PUT", path, changed, { "if-match": strong })).status,
        200,
        "PUT with the version alone",
      );
      equal(
        (await administer(sts, "DELETE", path, undefined, { "if-match": "*" })).status,
        200,
        "DELETE of any version",
      );
    },
  },
  {
    name: "changes take effect at once",
    async run(sts) {
      const id = freshId();
      const iss = `https://${id}.example`;
      const request = async (secret = LONG) =>
        (await goodExchange(sts))
          .header("authorization", basic(id, secret))
          .set("scope", "openid")
          .set("subject_token", await subjectToken(sts, { sub: `sub-of-${id}` }, { iss, secret: LONG }));
      const invalidClient = { status: 401, error: "invalid_client" };
      const invalidRequest = (says) => ({ error: "invalid_request", says });
      const put = async (path, body, status) =>
        equal((await administer(sts, "PUT", path, body)).status, status, `PUT ${path}`);
      const client = `/Client/${id}`;
      const introspector = `/TokenIntrospector/${id}`;
      const user = `/User/${id}`;
      // each is missing at first, and looked for before it is made
      await refusedBy(await (await request()).send(sts), invalidClient);
      await put(client, { ...CLIENT, allowedIssuers: [iss] }, 201);
      await refusedBy(await (await request()).send(sts), invalidRequest(/issuer/));
      await put(introspector, { type: "jwt", jwt: { iss, secret: LONG } }, 201);
      await refusedBy(await (await request()).send(sts), invalidRequest(/user/));
      await put(user, { identifier: [{ system: iss, value: `sub-of-${id}` }] }, 201);
      equal((await issuedBy(await (await request()).send(sts))).claims.sub, id, "sub");
      await put(user, { identifier: [{ system: iss, value: `sub-of-${id}` }], inactive: true }, 200);
      await refusedBy(await (await request()).send(sts), invalidRequest(/user/));
      await put(user, { identifier: [{ system: iss, value: "another" }] }, 200);
      await refusedBy(await (await request()).send(sts), invalidRequest(/user/));
      await put(user, { identifier: [{ system: iss, value: `sub-of-${id}` }] }, 200);
      await put(introspector, { type: "jwt", jwt: { iss: `${iss}/moved`, secret: LONG } }, 200);
      await refusedBy(await (await request()).send(sts), invalidRequest(/issuer/));
      await put(introspector, { type: "jwt", jwt: { iss, secret: LONG } }, 200);
      await put(client, { ...CLIENT, allowedIssuers: [] }, 200);
      await refusedBy(await (await request()).send(sts), invalidRequest(/issuer/));
      await put(client, { ...CLIENT, allowedIssuers: [iss], active: false }, 200);
      await refusedBy(await (await request()).send(sts), invalidClient);
      await put(client, { ...CLIENT, allowedIssuers: [iss], secret: "another-planted-secret" }, 200);
      await refusedBy(await (await request()).send(sts), invalidClient);
      await issuedBy(await (await request("another-planted-secret")).send(sts));
      for (const [path, expected] of [
        [user, invalidRequest(/user/)],
        [introspector, invalidRequest(/issuer/)],
        [client, invalidClient],
      ]) {
        equal((await administer(sts, "DELETE", path)).status, 200, `DELETE ${path}`);
        await refusedBy(await (await request("another-planted-secret")).send(sts), expected);
      }
    },
  },
  {
    name: "conditions on what is there",
    async run(sts) {
      const path = `/User/${freshId()}`;
      const put = (headers) => administer(sts, "PUT", path, {}, headers);
      outcome(await put({ "if-match": "*" }), 412);
      equal((await put({ "if-none-match": "*" })).status, 201, "created");
      outcome(await put({ "if-none-match": "*" }), 412);
      equal((await put({ "if-match": 'W/"1"' })).status, 200, "replaced");
      outcome(await administer(sts, "DELETE", path, undefined, { "if-match": 'W/"1"' }), 412);
      equal((await administer(sts, "DELETE", path, undefined, { "if-match": 'W/"2"' })).status, 200, "deleted");
    },
  },
  {
    name: "other paths and methods",
    async run(sts) {
      for (const path of [
        "/Client/",
        "/Client/c1/",
        "/Client/c1/x",
        "/client",
        "/Clients",
        "/Resource/x",
        "/User//alice",
      ]) {
        equal((await administer(sts, "GET", path)).status, 404, path);
      }
      for (const [method, path, allow] of [
        ["PATCH", "/Client/c1", /\bGET\b.*\bPUT\b.*\bDELETE\b/],
        ["POST", "/Client/c1", /\bGET\b.*\bPUT\b.*\bDELETE\b/],
        ["PUT", "/Client", /\bGET\b.*\bPOST\b/],
        ["DELETE", "/Client", /\bGET\b.*\bPOST\b/],
      ]) {
        const response = await administer(sts, method, path, {});
        equal(response.status, 405, `${method} ${path}`);
        matches(response.headers.get("allow"), allow, "Allow");
      }
      equal((await administer(sts, "GET", "/Client/c1")).status, 200, "what was to be deleted");
    },
  },
]);
