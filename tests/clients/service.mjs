// A service that clients of others talk to: the package in this process, over HTTP on loopback.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createSts } from "edge-sts";
import { EXCHANGE, PROVIDER, TYPE } from "../suites/fixture.mjs";
import { mint } from "../suites/jwt.mjs";

const ISS = "https://issuer.example";
const SECRET = "what the issuer and this service know, long enough";

/** Of the client `with-secret`: each letter of it is one that somebody encodes wrongly. */
export const CLIENT_SECRET = "p@ss:w+rd %1&=";

/** Of the client `with-accent`: some clients send it in ISO 8859-1. */
export const ACCENTED_SECRET = `${CLIENT_SECRET}é`;

/** Of the client `resource-server`, which introspects tokens for `AUDIENCE`. */
export const RESOURCE_SERVER_SECRET = "the secret of the resource server";

/** The issuer of CI jobs; of the client `ci-confidential` the secret; the provider of a client without `ignore_scope`. */
const CI = { iss: "https://ci.example", secret: "what the issuer of CI jobs and this service know" };
export const CI_SECRET = "the secret of ci-confidential";
export const OTHER_PROVIDER = "//sts.example/providers/other";

/** The resource server, and another one. The clients may ask for tokens for both. */
export const AUDIENCE = "https://api.example";
export const OTHER_AUDIENCE = "https://other.example";

/**
 * Starts it. `exchange(parameters)` performs an exchange of `with-secret`; `exchange.long_ago` an hour ago, with the same
 * key. `dpop`: options of the service. `clientKey`: the private key, as a JWK, of the client `with-key`.
 */
export async function startService({ audiences = [AUDIENCE, OTHER_AUDIENCE], ...dpop } = {}) {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const clientKey = ecKey("c1");
  const options = { issuer, signingKeys: { keys: [ecKey("s1")] }, resources: resources(clientKey, audiences), ...dpop };
  const events = [];
  const onEvent = (event) => events.push(event);
  const sts = await createSts({ ...options, onEvent });
  const an_hour_ago = () => Date.now() / 1000 - 3600;
  const past = await createSts({ ...options, onEvent, now: an_hour_ago });
  // The globals stay Node's own: clients in this process use them.
  server.on(
    "request",
    getRequestListener((request) => sts.fetch(request), { overrideGlobalObjects: false }),
  );

  const exchange = async (parameters, from = sts, now = Date.now() / 1000) =>
    from.exchange({
      client_id: "with-secret",
      client_secret: CLIENT_SECRET,
      subject_token: await subjectToken(now),
      subject_token_type: TYPE.jwt,
      audience: AUDIENCE,
      scope: "openid read",
      ...parameters,
    });
  return {
    issuer,
    clientKey,
    exchange,
    /** Tokens of one form for each case of a resource server; only `good` may pass. */
    async tokens() {
      const { access_token: good } = await exchange({});
      const [header, , signature] = good.split(".");
      const { access_token: for_another_audience } = await exchange({ audience: OTHER_AUDIENCE });
      return {
        good,
        for_another_audience,
        expired: (await exchange({}, past, an_hour_ago())).access_token,
        forged: [header, for_another_audience.split(".")[1], signature].join("."),
      };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A token of the issuer that the service trusts. */
export function subjectToken(now = Date.now() / 1000) {
  return mint({ iss: ISS, sub: "alice", exp: Math.floor(now) + 600 }, SECRET);
}

/** A token of a CI job that the conditions let in. */
export function ciToken(changes = {}) {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const claims = { iss: CI.iss, sub: "repo:octo/shop", aud: "https://sts.example", repository: "octo/shop", exp };
  return mint({ ...claims, ...changes }, CI.secret);
}

function ecKey(kid) {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), alg: "ES256", use: "sig", kid };
}

// What google-auth-library asks for where a program asks for nothing.
const CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform";

function resources({ d, ...publicKey }, audience) {
  const client = {
    resourceType: "Client",
    grant_types: [EXCHANGE, "refresh_token"],
    allowedIssuers: [ISS],
    scope: ["openid", "read"],
    auth: { token_exchange: { token_format: "jwt", refresh_token: true, audience } },
  };
  const exchange = { token_format: "jwt", audience };
  const publicClient = {
    resourceType: "Client",
    public: true,
    grant_types: [EXCHANGE],
    allowedIssuers: [CI.iss],
    scope: ["openid", "read"],
  };
  return [
    { ...client, id: "with-secret", secret: CLIENT_SECRET },
    { ...client, id: "with-accent", secret: ACCENTED_SECRET },
    { ...client, id: "with-key", jwks: [publicKey] },
    { resourceType: "Client", id: "resource-server", secret: RESOURCE_SERVER_SECRET, resource: [AUDIENCE] },
    { resourceType: "TokenIntrospector", id: "issuer", type: "jwt", jwt: { iss: ISS, secret: SECRET } },
    { resourceType: "User", id: "alice", email: "alice@mail.example" },
    {
      ...publicClient,
      id: "ci",
      auth: { token_exchange: { ...exchange, provider: PROVIDER, ignore_scope: [CLOUD_PLATFORM] } },
    },
    { ...publicClient, id: "ci-other", auth: { token_exchange: { ...exchange, provider: OTHER_PROVIDER } } },
    { ...publicClient, id: "ci-confidential", public: false, secret: CI_SECRET, auth: { token_exchange: exchange } },
    {
      resourceType: "TokenIntrospector",
      id: "ci",
      type: "jwt",
      jwt: CI,
      user: "none",
      audience: ["https://sts.example"],
      claims: { repository: "octo/shop" },
    },
  ];
}
