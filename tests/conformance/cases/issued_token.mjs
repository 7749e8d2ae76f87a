// The issued token where it is a JWT: RFC 7519, RFC 8693 section 4, and RFC 9068 where the target claims it; and the keys that
// verify it.
import { now } from "../jwt.mjs";
import { good, scoped } from "./answers.mjs";
import { cases, MUST, SHOULD } from "./case.mjs";

/** Seconds by which the clocks of the suite and the server may differ. */
const CLOCKS = 60;

async function readable(t) {
  const answer = await good(t);
  return { answer, ...t.claims(answer) };
}

const number = (value) => typeof value === "number" && Number.isFinite(value);

const token = cases([
  [
    "jwt-is-signed",
    "RFC 7518 3.6",
    MUST,
    "An unsecured JWS has no integrity: alg is not none.",
    async (t) => {
      const { header, answer } = await readable(t);
      t.expect(
        !/^none$/i.test(header.alg) && answer.json.access_token.split(".")[2] !== "",
        "a signature",
        `alg ${header.alg}`,
      );
    },
  ],
  [
    "jwt-is-verified-by-the-published-keys",
    "RFC 8414 2",
    MUST,
    "jwks_uri has the keys with which the server signs.",
    async (t) => {
      const { header, answer } = await readable(t);
      t.given(t.target.jwks_uri !== undefined, "the target has no jwks_uri");
      t.given(!/^HS/.test(header.alg), "the token has a MAC, whose key is not published");
      t.expect(await t.verifies(answer.json.access_token), "a key of jwks_uri verifies it", "none does");
    },
  ],
  [
    "jwt-has-an-end",
    "RFC 9068 2.2",
    SHOULD,
    "exp: a number, after now.",
    async (t) => {
      const { claims } = await readable(t);
      t.expect(number(claims.exp) && claims.exp > now() - CLOCKS, "exp after now", `exp ${JSON.stringify(claims.exp)}`);
    },
  ],
  [
    "jwt-ends-with-expires_in",
    "RFC 6749 5.1",
    MUST,
    "expires_in is the lifetime in seconds of the access token.",
    async (t) => {
      const { claims, answer } = await readable(t);
      t.given(number(claims.exp) && number(answer.json.expires_in), "there is no exp or no expires_in");
      const difference = Math.abs(claims.exp - now() - answer.json.expires_in);
      t.expect(difference <= CLOCKS, "exp and expires_in say the same", `${difference} s apart`);
    },
  ],
  ...["iat", "nbf"].map((name) => [
    `jwt-${name}-is-a-number-of-the-past`,
    name === "iat" ? "RFC 7519 4.1.6" : "RFC 7519 4.1.5",
    MUST,
    "Its value MUST be a number containing a NumericDate value.",
    async (t) => {
      const { claims } = await readable(t);
      t.given(claims[name] !== undefined, `there is no ${name}`);
      t.expect(
        number(claims[name]) && claims[name] <= now() + CLOCKS,
        "a time that has come",
        JSON.stringify(claims[name]),
      );
    },
  ]),
  ...["iss", "sub", "jti", "client_id"].map((name) => [
    `jwt-${name}-is-a-text`,
    name === "client_id" ? "RFC 8693 4.3" : "RFC 7519 4.1",
    MUST,
    `The ${name} value is a string.`,
    async (t) => {
      const { claims } = await readable(t);
      t.given(claims[name] !== undefined, `there is no ${name}`);
      t.expect(typeof claims[name] === "string" && claims[name] !== "", "a string", JSON.stringify(claims[name]));
    },
  ]),
  [
    "jwt-aud-is-a-text-or-a-list-of-them",
    "RFC 7519 4.1.3",
    MUST,
    "aud is an array of case-sensitive strings, or a single one.",
    async (t) => {
      const { claims } = await readable(t);
      t.given(claims.aud !== undefined, "there is no aud");
      t.expect(
        [claims.aud].flat().every((one) => typeof one === "string"),
        "strings",
        JSON.stringify(claims.aud),
      );
    },
  ],
  [
    "jwt-jti-is-unique",
    "RFC 7519 4.1.7",
    MUST,
    "The value MUST be assigned in a manner that ensures a negligible probability of the same value for another JWT.",
    async (t) => {
      const [one, other] = [await readable(t), await readable(t)];
      t.given(one.claims.jti !== undefined, "there is no jti");
      t.expect(one.claims.jti !== other.claims.jti, "two values", "the same jti twice");
    },
  ],
  [
    "jwt-iss-is-the-issuer",
    "RFC 9068 2.2",
    MUST,
    "iss is the issuer's identifier, as in its metadata.",
    async (t) => {
      const { claims } = await readable(t);
      t.given(t.target.features.rfc9068, "the target does not claim RFC 9068");
      t.given(t.target.issuer !== undefined, "the target has no issuer");
      t.expect(claims.iss === t.target.issuer, `iss ${t.target.issuer}`, `iss ${JSON.stringify(claims.iss)}`);
    },
  ],
  [
    "jwt-scope-is-a-text",
    "RFC 8693 4.2",
    MUST,
    "The value of the scope claim is a JSON string containing a space-separated list of scopes.",
    async (t) => {
      const { claims } = t.claims(await scoped(t));
      t.given(claims.scope !== undefined, "there is no scope claim");
      t.expect(typeof claims.scope === "string", "a string", JSON.stringify(claims.scope));
    },
  ],
  [
    "jwt-scope-is-that-of-the-answer",
    "RFC 6749 5.1",
    MUST,
    "scope is REQUIRED in the answer if it is not identical to the scope requested by the client.",
    async (t) => {
      const asked = t.target.scope.join(" ");
      const answer = await scoped(t);
      const { claims } = t.claims(answer);
      t.given(typeof claims.scope === "string", "there is no scope claim");
      const sorted = (text) => text.split(" ").sort().join(" ");
      t.expect(
        sorted(claims.scope) === sorted(answer.json.scope ?? asked),
        "the same scope in answer and token",
        `${claims.scope} and ${answer.json.scope}`,
      );
    },
  ],
  [
    "jwt-client_id-is-the-client",
    "RFC 8693 4.3",
    MUST,
    "client_id carries the client identifier of the client that requested the token.",
    async (t) => {
      const { claims } = await readable(t);
      t.given(claims.client_id !== undefined, "there is no client_id");
      t.expect(
        claims.client_id === t.target.client.client_id,
        "the client that asked",
        JSON.stringify(claims.client_id),
      );
    },
  ],
  [
    "jwt-has-no-act-of-nobody",
    "RFC 8693 4.1",
    MUST,
    "act identifies the acting party: without an actor token that is nobody, or the client.",
    async (t) => {
      const { claims } = await readable(t);
      const { mint } = t.target.subject;
      t.given(mint !== undefined && mint.claims?.act === undefined, "the subject token may have an act of its own");
      const { client_id } = t.target.client;
      const nobody = claims.act === undefined || Object.values(claims.act).includes(client_id);
      t.expect(nobody, "no act, or the client", JSON.stringify(claims.act));
    },
  ],
]);

const rfc9068 = cases(
  [
    [
      "jwt-typ-is-at+jwt",
      "RFC 9068 2.1",
      MUST,
      "JWT access tokens MUST include the media type at+jwt in the typ header.",
      async (t) => {
        const { header } = await readable(t);
        t.expect(
          /^(application\/)?at\+jwt$/i.test(header.typ ?? ""),
          "typ at+jwt",
          `typ ${JSON.stringify(header.typ)}`,
        );
      },
    ],
    ...["iss", "exp", "aud", "sub", "client_id", "iat", "jti"].map((name) => [
      `jwt-${name}-present`,
      "RFC 9068 2.2",
      MUST,
      `${name} is REQUIRED.`,
      async (t) => t.expect((await readable(t)).claims[name] !== undefined, name, "none"),
    ]),
  ],
  ({ features }) => (features.rfc9068 ? undefined : "the target does not claim RFC 9068"),
);

const keys = cases(
  [
    [
      "published-keys-are-public",
      "RFC 8414 2",
      MUST,
      "The JWK Set MUST NOT hold private or symmetric keys: they would be everybody's.",
      async (t) => {
        for (const key of (await t.keySet()).keys) {
          const secret = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].filter((name) => key[name] !== undefined);
          t.expect(secret.length === 0, "no private member", secret.join());
        }
      },
    ],
    [
      "published-keys-have-a-kty",
      "RFC 7517 4.1",
      MUST,
      "kty MUST be present in a JWK.",
      async (t) => {
        for (const key of (await t.keySet()).keys) t.expect(typeof key.kty === "string", "kty", "none");
      },
    ],
    [
      "published-keys-have-kids-of-their-own",
      "RFC 7517 4.5",
      SHOULD,
      "Different keys within the JWK Set should use distinct kid values.",
      async (t) => {
        const kids = (await t.keySet()).keys.map(({ kid, kty }) => kid && `${kid} ${kty}`).filter(Boolean);
        t.expect(new Set(kids).size === kids.length, "distinct kids", kids.join());
      },
    ],
  ],
  ({ jwks_uri }) => (jwks_uri ? undefined : "the target has no jwks_uri"),
);

export default { name: "issued token", cases: [...token, ...rfc9068, ...keys] };
