// A trusted issuer, with a client of its own; and what came of a request.
import { equal, ok } from "../suites/assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, TYPE } from "../suites/fixture.mjs";
import { basic, TokenRequest } from "../suites/token_request.mjs";

const SECRET = "planted secret of a client of loopback issuers";
let number = 0;

async function put(sts, path, body) {
  const response = await sts.fetch(path, {
    method: "PUT",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  ok(response.status < 300, `PUT ${path}: ${response.status} ${text}`);
}

/** Trusts an issuer, with a client of its own, and gives what sends its tokens. */
export async function trust(sts, issuer, members, more = {}) {
  number += 1;
  const id = more.id ?? `loopback-${number}`;
  await put(sts, `/Client/${id}`, {
    secret: SECRET,
    grant_types: [EXCHANGE],
    allowedIssuers: [issuer.iss, ...(more.allowedIssuers ?? [])],
    scope: ["read"],
    auth: { token_exchange: { token_format: "jwt", audience: ["orders"] } },
    ...more.client,
  });
  await put(sts, `/TokenIntrospector/${id}`, { type: "jwt", jwt: { iss: issuer.iss }, user: "none", ...members });
  const send = async (token, type = TYPE.jwt, init = {}) => {
    const request = new TokenRequest().header("authorization", basic(id, SECRET));
    request.set("grant_type", EXCHANGE).set("subject_token", token).set("subject_token_type", type);
    return Object.keys(init).length === 0
      ? request.send(sts)
      : sts.fetch(request.path, { method: "POST", headers: request.headers, body: request.form(), ...init });
  };
  return Object.assign(send, { id, secret: SECRET });
}

export async function served(response) {
  const text = await response.text();
  equal(response.status, 200, `status of ${text.slice(0, 200)}`);
  return JSON.parse(text);
}

/** The reasons of the fetches for an issuer; null for one that was good. */
export const reasons = (events, issuer) =>
  events()
    .filter((event) => event.event === "issuer.fetch" && event.issuer === issuer.iss)
    .map(({ reason }) => reason ?? null);
