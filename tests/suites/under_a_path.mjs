// An issuer with a path (RFC 8414 section 3.1): everything lies under it. Not one of the suites of index.mjs, whose issuer
// has none; the runtimes run it by themselves.
import { equal, ok } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, SECRETS, subjectToken, TYPE } from "./fixture.mjs";
import { basic } from "./token_request.mjs";
import { decoded } from "./jwt.mjs";

export const PATH_ISSUER = "https://sts.example/tenants/one";

const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": /default-src 'none'.*frame-ancestors 'none'/,
  "strict-transport-security": /^max-age=\d+/,
};

/** `sts`: as the suites get it. */
export async function underAPath(sts) {
  const get = async (path) => {
    const response = await sts.fetch(path, {});
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  for (const path of [
    "/.well-known/oauth-authorization-server/tenants/one",
    "/.well-known/openid-configuration/tenants/one",
    "/tenants/one/.well-known/openid-configuration",
  ]) {
    const { status, text } = await get(path);
    equal(status, 200, path);
    const metadata = JSON.parse(text);
    equal(metadata.issuer, PATH_ISSUER, "issuer");
    equal(metadata.token_endpoint, `${PATH_ISSUER}/auth/token`, "token_endpoint");
  }
  const request = {
    method: "POST",
    headers: { authorization: basic("c1"), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: EXCHANGE,
      subject_token: await subjectToken(sts),
      subject_token_type: TYPE.jwt,
      scope: "read",
    }).toString(),
  };
  const answer = await sts.fetch("/tenants/one/auth/token", request);
  const text = await answer.text();
  equal(answer.status, 200, text.slice(0, 200));
  equal(decoded(JSON.parse(text).access_token).claims.iss, PATH_ISSUER, "iss");
  ok(!text.includes(SECRETS.c1), "no secret");
  for (const path of ["/auth/token", "/tenants/auth/token", "/tenants/one/auth/token/", "/tenants/oneauth/token"]) {
    equal((await sts.fetch(path, request)).status, 404, path);
  }
  const admin = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };
  equal((await sts.fetch("/tenants/one/Client/c1", admin)).status, 200, "the administrator's path");
  equal((await sts.fetch("/Client/c1", admin)).status, 404, "not at the root");
  // every answer has the headers: good ones, refusals, what is not there
  for (const path of ["/tenants/one/health", "/nowhere", "/tenants/one/auth/token", "/tenants/one/Client"]) {
    const { headers } = await get(path);
    for (const [name, value] of Object.entries(HEADERS)) {
      const found = headers.get(name);
      ok(value instanceof RegExp ? value.test(found) : value === found, `${name} of ${path}: ${found}`);
    }
  }
}
