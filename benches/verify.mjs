// What a public-key signature costs in an exchange, beside the bare call of WebCrypto with a key that is imported: each in
// Node, one at a time. The exchange with HS256, whose signature is computed in the module, is what is not verification.
import { createSts } from "edge-sts";
import { machine } from "./measure/machine.mjs";
import { inTurns, median, minimum } from "./measure/slices.mjs";
import { CLIENT, ISSUER, RESOURCES, SIGNING_KEY, TRUSTED, request } from "./scenario/exchange.mjs";

// What the console costs is the terminal's matter: nobody prints here.
console.log = () => undefined;

const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
const KINDS = {
  RS256: { key: { name: "RSASSA-PKCS1-v1_5", ...rsa }, use: { name: "RSASSA-PKCS1-v1_5" } },
  ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, use: { name: "ECDSA", hash: "SHA-256" } },
  EdDSA: { key: { name: "Ed25519" }, use: { name: "Ed25519" } },
};

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function issuer(alg) {
  const { key, use } = KINDS[alg];
  const { privateKey, publicKey } = await crypto.subtle.generateKey(key, true, ["sign", "verify"]);
  const iss = `https://${alg.toLowerCase()}.mycompany.com`;
  const now = Math.floor(Date.now() / 1000);
  const input = `${encoded({ alg, typ: "JWT" })}.${encoded({ iss, sub: "user-0", iat: now, exp: now + 3600 })}`;
  const data = Buffer.from(input);
  const signature = new Uint8Array(await crypto.subtle.sign(use, privateKey, data));
  const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const jwk = JSON.parse(JSON.stringify({ kty, n, e, crv, x, y }));
  return {
    alg,
    resource: {
      resourceType: "TokenIntrospector",
      id: alg,
      type: "jwt",
      jwt: { iss, keys: [{ format: "jwk", alg, jwk }] },
    },
    iss,
    request: request({ subject_token: `${input}.${Buffer.from(signature).toString("base64url")}` }),
    bare: () => crypto.subtle.verify(use, publicKey, signature, data),
  };
}

const issuers = await Promise.all(Object.keys(KINDS).map(issuer));
const resources = RESOURCES.map((resource) =>
  resource.id === CLIENT.id
    ? { ...resource, allowedIssuers: [TRUSTED.iss, ...issuers.map(({ iss }) => iss)] }
    : resource,
).concat(issuers.map(({ resource }) => resource));
const sts = await createSts({ issuer: ISSUER, signingKeys: { keys: [SIGNING_KEY] }, resources });

for (const { request, bare } of issuers) {
  if ((await sts.exchange(request)).token_type !== "Bearer" || !(await bare())) throw new Error("it does not verify");
}

const repeated = (work) => async (count) => {
  for (let index = 0; index < count; index++) await work();
};
const hmac = request();
const results = await inTurns(
  [
    { name: "HS256", run: repeated(() => sts.exchange(hmac)) },
    ...issuers.flatMap(({ alg, request, bare }) => [
      { name: `${alg}, exchange`, run: repeated(() => sts.exchange(request)) },
      { name: `${alg}, bare`, run: repeated(bare) },
    ]),
  ],
  { rounds: 40, slice: 50, warmUp: 300 },
);

const of = (name, statistic) => statistic(results.find((result) => result.name === name).nanoseconds) / 1000;
console.info(machine());
console.info("| microseconds | exchange, minimum | median | bare verify, minimum | median | verification / bare |");
console.info("|---|--:|--:|--:|--:|--:|");
console.info(`| HS256 | ${of("HS256", minimum).toFixed(1)} | ${of("HS256", median).toFixed(1)} | | | |`);
for (const { alg } of issuers) {
  const [exchange, bare] = [`${alg}, exchange`, `${alg}, bare`];
  const figures = [exchange, bare].flatMap((name) => [of(name, minimum), of(name, median)]);
  const ratio = (of(exchange, median) - of("HS256", median)) / of(bare, median);
  console.info(`| ${alg} | ${figures.map((figure) => figure.toFixed(1)).join(" | ")} | ${ratio.toFixed(2)} |`);
}
