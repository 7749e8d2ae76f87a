// Configurations that grow in one respect each, and the requests that meet them.
import { generateKeyPairSync, sign } from "node:crypto";
import { CLIENT, RESOURCES, request, subjectToken, TRUSTED } from "../scenario/exchange.mjs";

const many = (count, one) => Array.from({ length: count }, (_, index) => one(index));
const [client, trusted, notAllowed] = RESOURCES;
const rest = [client, trusted, notAllowed];
const users = (count) => many(count, (index) => ({ resourceType: "User", id: `user-${index}` }));
const of = (user, claims = {}) =>
  request({ subject_token: subjectToken({ claims: { sub: `user-${user}`, ...claims } }) });

// Requests of the same ten Users, which are warm after the first round.
const TEN = many(64, (index) => of(index % 10, { jti: `token-${index}` }));

// Of as many Users as there are: more than are kept in memory.
const spread = (count) => many(4096, (index) => of((index * 7919) % count));

/** `resources` and `requests` of each; with the same requests where there is nothing to say. */
export const SCENARIOS = {
  "10 Users": () => ({ resources: [...rest, ...users(10)], requests: TEN }),
  "100,000 Users": () => ({ resources: [...rest, ...users(100_000)], requests: TEN }),
  "1,000 Clients": () => ({ resources: [...rest, ...users(10), ...clients(1000)], requests: TEN }),
  "1,000 issuers": () => ({ resources: [...rest, ...users(10), ...issuers(1000)], requests: TEN }),
  rules: rules,
  "cold, 10 Users": () => ({ resources: [...rest, ...users(10)], requests: TEN, cacheTtl: 0 }),
  "cold, 100,000 Users": () => ({ resources: [...rest, ...users(100_000)], requests: spread(100_000), cacheTtl: 0 }),
  "100,000 Users, 4,096 of them ask": () => ({ resources: [...rest, ...users(100_000)], requests: spread(100_000) }),
  "one key (ES256)": () => signed(1),
  "100 keys in the set (ES256)": () => signed(100),
};

function clients(count) {
  return many(count, (index) => ({ ...client, id: `client-${index}` }));
}

function issuers(count) {
  return many(count, (index) => ({
    ...trusted,
    id: `issuer-${index}`,
    jwt: { iss: `https://issuer-${index}.example`, secret: `the secret of issuer ${index}, as long as one should be` },
  }));
}

// What an operator writes for the workloads of a CI service.
function rules() {
  const introspector = {
    ...trusted,
    condition: "claims.repository.startsWith('acme/') && claims.ref == 'refs/heads/main' && !('act' in claims)",
  };
  const ruled = {
    ...client,
    condition: "claims.repository in ['acme/shop', 'acme/web']",
    scope_rules: [
      { when: "claims.environment == 'production'", scope: ["orders.read", "orders.write"] },
      { when: "claims.environment == 'test'", scope: ["orders.read"] },
    ],
  };
  const claims = { repository: "acme/shop", ref: "refs/heads/main", environment: "production" };
  return {
    resources: [ruled, introspector, ...users(10)],
    requests: many(64, (index) => of(index % 10, { jti: `token-${index}`, ...claims })),
  };
}

// An issuer with a set of public keys: the last of them signed.
function signed(count) {
  const pairs = many(count, () => generateKeyPairSync("ec", { namedCurve: "P-256" }));
  const keys = pairs.map(({ publicKey }, index) => ({
    format: "jwk",
    kid: `key-${index}`,
    alg: "ES256",
    jwk: publicKey.export({ format: "jwk" }),
  }));
  const key = { key: pairs.at(-1).privateKey, dsaEncoding: "ieee-p1363" };
  const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const token = (index) => {
    const header = encoded({ alg: "ES256", typ: "JWT", kid: `key-${count - 1}` });
    const input = `${header}.${encoded({ iss: TRUSTED.iss, sub: `user-${index % 10}`, iat: now, exp: now + 3600 })}`;
    return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
  };
  return {
    resources: [client, { ...trusted, jwt: { iss: TRUSTED.iss, keys } }, ...users(10)],
    requests: many(64, (index) => request({ client_id: CLIENT.id, subject_token: token(index) })),
  };
}
