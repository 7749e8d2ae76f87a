// RFC 8693 section 2.2.1 and RFC 6749 section 5.1: the answer that has a token, and the token where it is a JWT.
import { now } from "../jwt.mjs";
import { TYPES } from "../target.mjs";
import { cases, MUST, SHOULD } from "./case.mjs";

/** Seconds by which the clocks of the suite and the server may differ. */
const CLOCKS = 60;

async function good(t) {
  const answer = await (await t.exchange()).send();
  t.issued(answer);
  return answer;
}

/** The good exchange for all scopes of the target's file. */
async function scoped(t) {
  const scope = t.target.scope.join(" ");
  t.given(scope !== "", "the target's file has no scope");
  const answer = await (await t.exchange()).set("scope", scope).send();
  t.issued(answer);
  return answer;
}

const CACHE =
  "The server MUST include Cache-Control with no-store and Pragma with no-cache in any response with tokens.";

const response = cases([
  [
    "answer-has-status-200",
    "RFC 6749 5.1",
    MUST,
    "The response has a 200 (OK) status code.",
    async (t) => {
      const { status } = await good(t);
      t.expect(status === 200, "status 200", `status ${status}`);
    },
  ],
  [
    "answer-is-json",
    "RFC 6749 5.1",
    MUST,
    "The parameters are included in the entity-body using the application/json media type.",
    async (t) => {
      const { headers } = await good(t);
      t.expect(
        /^application\/json\b/i.test(headers["content-type"] ?? ""),
        "Content-Type: application/json",
        `Content-Type: ${headers["content-type"]}`,
      );
    },
  ],
  [
    "answer-is-utf-8",
    "RFC 8259 8.1",
    MUST,
    "JSON text MUST be encoded using UTF-8, and MUST NOT begin with a byte order mark.",
    async (t) => {
      const { bytes } = await good(t);
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
      t.expect(
        !text.includes("\ufffd") && !text.startsWith("\ufeff"),
        "UTF-8 without a byte order mark",
        "something else",
      );
    },
  ],
  [
    "answer-has-no-member-twice",
    "RFC 6749 3.2",
    MUST,
    "Request and response parameters MUST NOT be included more than once.",
    async (t) => {
      const { text, json } = await good(t);
      for (const name of Object.keys(json)) {
        const times = text.split(`"${name}":`).length + text.split(`"${name}" :`).length - 2;
        t.expect(times <= 1, "each member once", `${name}: ${times} times`);
      }
    },
  ],
  [
    "cache-control-no-store",
    "RFC 6749 5.1",
    MUST,
    CACHE,
    async (t) => {
      const { headers } = await good(t);
      t.expect(
        /\bno-store\b/i.test(headers["cache-control"] ?? ""),
        "Cache-Control: no-store",
        `Cache-Control: ${headers["cache-control"]}`,
      );
    },
  ],
  [
    "pragma-no-cache",
    "RFC 6749 5.1",
    MUST,
    CACHE,
    async (t) => {
      const { headers } = await good(t);
      t.expect(/\bno-cache\b/i.test(headers.pragma ?? ""), "Pragma: no-cache", `Pragma: ${headers.pragma}`);
    },
  ],
  [
    "issued_token_type-present",
    "RFC 8693 2.2.1",
    MUST,
    "issued_token_type is REQUIRED.",
    async (t) => {
      const { issued_token_type } = (await good(t)).json;
      t.expect(typeof issued_token_type === "string" && issued_token_type !== "", "issued_token_type", "none");
    },
  ],
  [
    "issued_token_type-is-a-uri",
    "RFC 8693 3",
    MUST,
    "Token type identifiers are URIs.",
    async (t) => {
      const { issued_token_type } = (await good(t)).json;
      t.expect(/^[a-z][a-z0-9+.-]*:\S+$/i.test(issued_token_type ?? ""), "a URI", JSON.stringify(issued_token_type));
    },
  ],
  [
    "issued_token_type-says-jwt-only-of-a-jwt",
    "RFC 8693 3",
    MUST,
    "urn:ietf:params:oauth:token-type:jwt indicates that the token is a JWT.",
    async (t) => {
      const { issued_token_type, access_token } = (await good(t)).json;
      t.given(issued_token_type === TYPES.jwt, "the issued_token_type is not jwt");
      t.expect(access_token.split(".").length >= 3, "a JWT", "something else");
    },
  ],
  [
    "token_type-present",
    "RFC 8693 2.2.1",
    MUST,
    "token_type is REQUIRED.",
    async (t) => {
      const { token_type } = (await good(t)).json;
      t.expect(typeof token_type === "string" && token_type !== "", "token_type", "none");
    },
  ],
  [
    "token_type-fits",
    "RFC 8693 2.2.1",
    MUST,
    "token_type says how the token is used: Bearer or another registered type, and N_A when it is no access token.",
    async (t) => {
      const { token_type, issued_token_type } = (await good(t)).json;
      const access = [TYPES.accessToken, TYPES.jwt].includes(issued_token_type);
      const words = access ? ["bearer", "dpop", "pop", "mac", "n_a"] : ["n_a"];
      t.expect(
        words.includes(String(token_type).toLowerCase()),
        `token_type of ${words.join(", ")}`,
        JSON.stringify(token_type),
      );
    },
  ],
  [
    "expires_in-present",
    "RFC 8693 2.2.1",
    SHOULD,
    "expires_in is RECOMMENDED.",
    async (t) => t.expect((await good(t)).json.expires_in !== undefined, "expires_in", "none"),
  ],
  [
    "expires_in-is-a-number",
    "RFC 6749 5.1",
    MUST,
    "The lifetime in seconds; numerical values are included as JSON numbers.",
    async (t) => {
      const { expires_in } = (await good(t)).json;
      t.given(expires_in !== undefined, "there is no expires_in");
      t.expect(Number.isInteger(expires_in) && expires_in > 0, "a number of seconds", JSON.stringify(expires_in));
    },
  ],
  [
    "scope-is-a-text",
    "RFC 6749 3.3",
    MUST,
    "scope is a list of space-delimited strings.",
    async (t) => {
      const { scope } = (await scoped(t)).json;
      t.given(scope !== undefined, "there is no scope");
      t.expect(
        typeof scope === "string" && /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope),
        "scope-tokens with one space between",
        JSON.stringify(scope),
      );
    },
  ],
  [
    "strings-are-json-strings",
    "RFC 6749 5.1",
    MUST,
    "Parameter names and string values are included as JSON strings: none is null.",
    async (t) => {
      const { json } = await good(t);
      for (const name of ["access_token", "issued_token_type", "token_type", "scope", "refresh_token"]) {
        if (json[name] !== undefined)
          t.expect(typeof json[name] === "string", `${name}: a string`, `${name}: ${JSON.stringify(json[name])}`);
      }
    },
  ],
  [
    "no-error-beside-a-token",
    "RFC 6749 5.2",
    MUST,
    "error belongs to an error response.",
    async (t) => t.expect((await good(t)).json.error === undefined, "no error", "an error"),
  ],
  [
    "bearer-token-syntax",
    "RFC 6750 2.1",
    MUST,
    "A bearer token is of the characters of b64token, so that it can be sent in the Authorization header.",
    async (t) => {
      const { token_type, access_token } = (await good(t)).json;
      t.given(/^bearer$/i.test(token_type), "the token is no bearer token");
      t.expect(/^[A-Za-z0-9\-._~+/]+=*$/.test(access_token), "b64token", "other characters");
    },
  ],
  [
    "tokens-differ",
    "RFC 6749 10.10",
    SHOULD,
    "Tokens are not guessable: two exchanges do not give the same one.",
    async (t) => {
      const [one, other] = [await good(t), await good(t)];
      t.expect(one.json.access_token !== other.json.access_token, "two tokens", "the same token twice");
    },
  ],
  [
    "issued-token-is-not-the-subject-token",
    "RFC 8693 2",
    SHOULD,
    "The exchange issues a token of this server.",
    async (t) => {
      const request = await t.exchange();
      const answer = await request.send();
      t.expect(t.issued(answer).access_token !== request.value("subject_token"), "another token", "the subject token");
    },
  ],
  [
    "requested-access_token",
    "RFC 8693 2.1",
    MUST,
    "requested_token_type identifies the type of the requested token; issued_token_type says what was issued.",
    async (t) => {
      const answer = await (await t.exchange()).set("requested_token_type", TYPES.accessToken).send();
      const { issued_token_type } = t.issued(answer);
      t.expect([TYPES.accessToken, TYPES.jwt].includes(issued_token_type), "an access token", issued_token_type);
    },
  ],
  [
    "requested-jwt",
    "RFC 8693 2.1",
    SHOULD,
    "requested_token_type identifies the type of the requested token; a server that has no such one answers with an error.",
    async (t) => {
      const answer = await (await t.exchange()).set("requested_token_type", TYPES.jwt).send();
      if (!t.target.features.jwt_requested && answer.status !== 200)
        return t.refused(answer, ["invalid_request", "invalid_target"]);
      const { issued_token_type, access_token } = t.issued(answer);
      t.expect(
        issued_token_type !== TYPES.jwt || access_token.split(".").length >= 3,
        "a JWT, or another issued_token_type",
        "issued_token_type jwt of something else",
      );
    },
  ],
  ...["refreshToken", "idToken", "saml2"].map((type) => [
    `requested-${type}-is-refused-or-told-apart`,
    "RFC 8693 2.2.1",
    MUST,
    "token_type is N_A when the issued token is no access token, and issued_token_type is what was issued.",
    async (t) => {
      const answer = await (await t.exchange()).set("requested_token_type", TYPES[type]).send();
      if (answer.status !== 200) return t.noToken(answer);
      const { issued_token_type, token_type } = t.issued(answer);
      const other = issued_token_type !== TYPES[type];
      t.expect(other || /^n_a$/i.test(token_type), "N_A, or another issued_token_type", JSON.stringify(token_type));
    },
  ]),
]);

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
    "RFC 8693 1.1",
    MUST,
    "Without an actor token it is impersonation: no actor is named that nobody was.",
    async (t) => {
      const { claims } = await readable(t);
      t.given(
        t.target.subject.mint !== undefined && t.target.subject.mint.claims?.act === undefined,
        "the suite does not know whether the subject token has an act",
      );
      t.expect(claims.act === undefined, "no act", JSON.stringify(claims.act));
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

export default { name: "issued token", cases: [...response, ...token, ...rfc9068, ...keys] };
