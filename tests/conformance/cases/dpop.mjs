// RFC 9449. A part that `features.dpop` announces.
import { createSecretKey } from "node:crypto";
import { base64url, decoded, newKey, now, proof, thumbprint } from "../jwt.mjs";
import { cases, MUST, SHOULD } from "./case.mjs";

const CHECK =
  "To validate a DPoP proof, the receiving server MUST ensure it; if it is invalid, the error is invalid_dpop_proof (5).";

const bad = [
  ["typ-jwt", { header: { typ: "JWT" } }],
  ["typ-absent", { header: { typ: undefined } }],
  ["jwk-absent", { header: { jwk: undefined } }],
  ["jti-absent", { claims: { jti: undefined } }],
  ["htm-absent", { claims: { htm: undefined } }],
  ["htm-of-another-method", { claims: { htm: "GET" } }],
  ["htu-absent", { claims: { htu: undefined } }],
  ["htu-of-another-server", { claims: { htu: "https://nobody.example/token" } }],
  ["htu-of-another-path", (t) => ({ claims: { htu: `${t.target.token_endpoint}/elsewhere` } })],
  ["iat-absent", { claims: { iat: undefined } }],
  ["iat-as-text", { claims: { iat: "now" } }],
  ["iat-a-day-ago", () => ({ claims: { iat: now() - 86_400 } })],
  ["iat-in-a-day", () => ({ claims: { iat: now() + 86_400 } })],
  ["signature-of-another-key", (t) => ({ header: { jwk: t.dpopKey().jwk }, by: newKey() })],
  [
    "mac",
    () => ({
      header: { jwk: { kty: "oct", k: base64url("x".repeat(32)) } },
      by: { alg: "HS256", key: createSecretKey(Buffer.from("x".repeat(32))) },
    }),
  ],
  [
    "alg-none",
    (t) => {
      const [, payload] = proof(t.dpopKey(), t.target.token_endpoint).split(".");
      return {
        text: `${base64url(JSON.stringify({ typ: "dpop+jwt", alg: "none", jwk: t.dpopKey().jwk }))}.${payload}.`,
      };
    },
  ],
  ["private-key-in-jwk", (t) => ({ header: { jwk: t.dpopKey().key.export({ format: "jwk" }) } })],
  ["no-jwt", { text: "no-proof-of-anybody" }],
  ["two-headers", { twice: true }],
].map(([name, change]) => [
  `proof-${name}`,
  "RFC 9449 4.3",
  MUST,
  CHECK,
  async (t) =>
    t.refused(await t.exchangeWithProof(typeof change === "function" ? change(t) : change), [
      "invalid_dpop_proof",
      "invalid_request",
    ]),
]);

const good = [
  [
    "proof-gives-a-dpop-token",
    "RFC 9449 5",
    MUST,
    "A token_type of DPoP MUST be included in the access token response to signal that the token was bound.",
    async (t) => {
      const answer = await t.exchangeWithProof();
      const { token_type } = t.issued(answer);
      t.expect(/^dpop$/i.test(token_type), "token_type DPoP", token_type);
    },
  ],
  [
    "token-is-bound-to-the-key",
    "RFC 9449 6.1",
    MUST,
    "cnf.jkt MUST be the base64url encoding of the JWK SHA-256 thumbprint of the DPoP public key.",
    async (t) => {
      const { cnf } = await t.known(await t.exchangeWithProof());
      t.expect(cnf?.jkt === thumbprint(t.dpopKey().jwk), "cnf.jkt of the key", JSON.stringify(cnf));
    },
  ],
  [
    "without-proof-no-binding",
    "RFC 9449 5",
    MUST,
    "token_type DPoP says that the access token was bound to the DPoP key: without a proof there is none.",
    async (t) => {
      const answer = await (await t.exchange()).send();
      t.given(answer.status === 200, "the server demands a proof");
      t.expect(
        !/^dpop$/i.test(answer.json.token_type) && decoded(answer.json.access_token)?.claims.cnf === undefined,
        "no DPoP",
        answer.json.token_type,
      );
    },
  ],
  [
    "htu-with-query-and-fragment",
    "RFC 9449 4.3",
    MUST,
    "htu matches the HTTP URI value, ignoring any query and fragment parts.",
    async (t) => t.issued(await t.exchangeWithProof({ claims: { htu: `${t.target.token_endpoint}?a=b#c` } })),
  ],
  [
    "htu-is-compared-after-normalisation",
    "RFC 9449 4.3",
    SHOULD,
    "Servers SHOULD employ syntax-based and scheme-based normalization before they compare htu.",
    async (t) => {
      const url = new URL(t.target.token_endpoint);
      const htu = t.target.token_endpoint.replace(`${url.protocol}//`, `${url.protocol.toUpperCase()}//`);
      t.issued(await t.exchangeWithProof({ claims: { htu } }));
    },
  ],
  [
    "claims-unknown-in-a-proof",
    "RFC 7519 4",
    MUST,
    "All claims that are not understood MUST be ignored.",
    async (t) => t.issued(await t.exchangeWithProof({ claims: { conformance: 1 } })),
  ],
];

export default {
  name: "DPoP",
  missing: ({ features }) => (features.dpop ? undefined : "the target does not announce dpop"),
  cases: cases([...good, ...bad]),
};
