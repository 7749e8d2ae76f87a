// A program that uses the package and nothing but what every runtime has. Copied beside an installed tarball.
import { createSts, exchange, OAuthError } from "edge-sts"; // or edge-sts/inline

const encoder = new TextEncoder();
const secret = "the secret that the external auth server signs with";
const iss = "https://issuer.example";
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const json = (value) => base64url(encoder.encode(JSON.stringify(value)));

const algorithm = { name: "HMAC", hash: "SHA-256" };
const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
const exp = Math.floor(Date.now() / 1000) + 600;
const input = `${json({ alg: "HS256" })}.${json({ iss, sub: "alice", exp })}`;
const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(input));
const subject_token = `${input}.${base64url(new Uint8Array(signature))}`;

// Signed by the platform, not inside the module.
const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
const signing = await crypto.subtle.exportKey("jwk", pair.privateKey);

const options = {
  issuer: "https://sts.example",
  signingKeys: { keys: [{ ...signing, alg: "ES256", kid: "1" }] },
  resources: [
    {
      resourceType: "Client",
      id: "tokenexchange",
      secret: "test",
      grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange", "refresh_token"],
      allowedIssuers: [iss],
      auth: { token_exchange: { token_format: "jwt", refresh_token: true } },
    },
    { resourceType: "TokenIntrospector", id: "issuer", type: "jwt", jwt: { iss, secret } },
    { resourceType: "User", id: "alice" },
  ],
};
const client = { client_id: "tokenexchange", client_secret: "test" };
const parameters = { ...client, subject_token, subject_token_type: "urn:ietf:params:oauth:token-type:jwt" };

const sts = await createSts(options);
const { access_token, refresh_token } = await sts.exchange(parameters);
const body = new URLSearchParams({ ...client, grant_type: "refresh_token", refresh_token });
const refreshed = await sts.fetch(new Request("https://sts.example/auth/token", { method: "POST", body }));
const introspected = await sts.introspect({ ...client, token: access_token });
const second = await sts.exchange(parameters);
await sts.revoke({ ...client, token: second.refresh_token });
const ended = await sts.introspect({ ...client, token: second.access_token });
const refused = await exchange({ ...parameters, client_secret: "wrong" }, options).catch((error) => error);
const misused = await createSts({}).catch((error) => error);
const jwks = await (await sts.fetch(new Request("https://sts.example/.well-known/jwks.json"))).json();
const [head, claims, signed] = access_token.split(".");
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const ecdsa = { name: "ECDSA", hash: "SHA-256" };

export const result = {
  verified: await crypto.subtle.verify(ecdsa, pair.publicKey, bytes(signed), encoder.encode(`${head}.${claims}`)),
  sub: JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))).sub,
  refreshed: refreshed.status,
  introspected: [introspected.active, introspected.sub],
  ended: ended.active,
  refused: [refused instanceof OAuthError, refused.error],
  misused: misused instanceof TypeError,
  published: jwks.keys.map(({ kid }) => kid),
};
