// RFC 8693 section 2.2.1 and RFC 6749 section 5.1: the answer that has a token.
import { TYPES } from "../target.mjs";
import { good, scoped } from "./answers.mjs";
import { cases, MUST, SHOULD } from "./case.mjs";

const CACHE =
  "The server MUST include Cache-Control with no-store and Pragma with no-cache in any response with tokens.";

export default {
  name: "token response",
  cases: cases([
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
        t.isJson(headers);
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
        t.expect(
          t.issued(answer).access_token !== request.value("subject_token"),
          "another token",
          "the subject token",
        );
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
  ]),
};
