// RFC 8414: what the server says of itself. A part that the target's file announces with `metadata`.
import { EXCHANGE } from "../attempt.mjs";
import { cases, MUST, needs, SHOULD } from "./case.mjs";

async function document(t) {
  const answer = await t.get(t.target.metadata);
  t.expect(
    answer.status === 200 && answer.json !== undefined,
    "status 200 with a JSON object",
    `status ${answer.status}`,
  );
  return answer;
}

const list = (value) => Array.isArray(value) && value.every((one) => typeof one === "string");

export default {
  name: "metadata",
  cases: cases(
    [
      [
        "metadata-is-json",
        "RFC 8414 3.2",
        MUST,
        "A successful response MUST use the 200 status code and return a JSON object with application/json.",
        async (t) => {
          const { headers } = await document(t);
          t.isJson(headers);
        },
      ],
      [
        "metadata-issuer-present",
        "RFC 8414 2",
        MUST,
        "issuer is REQUIRED: a URL without query or fragment.",
        async (t) => {
          const { issuer } = (await document(t)).json;
          t.expect(
            typeof issuer === "string" && URL.canParse(issuer) && !/[?#]/.test(issuer),
            "an issuer",
            JSON.stringify(issuer),
          );
        },
      ],
      [
        "metadata-issuer-is-the-one-of-the-target",
        "RFC 8414 3.3",
        MUST,
        "The issuer value returned MUST be identical to the issuer's identifier.",
        async (t) => {
          t.given(t.target.issuer !== undefined, "the target has no issuer");
          const { issuer } = (await document(t)).json;
          t.expect(issuer === t.target.issuer, t.target.issuer, issuer);
        },
      ],
      [
        "metadata-token_endpoint-present",
        "RFC 8414 2",
        MUST,
        "token_endpoint is REQUIRED unless only the implicit grant type is supported.",
        async (t) => {
          const { token_endpoint } = (await document(t)).json;
          t.expect(
            typeof token_endpoint === "string" && URL.canParse(token_endpoint),
            "a URL",
            JSON.stringify(token_endpoint),
          );
        },
      ],
      [
        "metadata-response_types_supported-present",
        "RFC 8414 2",
        MUST,
        "response_types_supported is REQUIRED.",
        async (t) => {
          const { response_types_supported } = (await document(t)).json;
          t.expect(list(response_types_supported), "a list", JSON.stringify(response_types_supported));
        },
      ],
      [
        "metadata-names-the-grant",
        "RFC 8414 2",
        SHOULD,
        "grant_types_supported lists the grant types; token exchange is one of them.",
        async (t) => {
          const { grant_types_supported } = (await document(t)).json;
          t.expect(
            list(grant_types_supported) && grant_types_supported.includes(EXCHANGE),
            EXCHANGE,
            JSON.stringify(grant_types_supported),
          );
        },
      ],
      [
        "metadata-lists-are-lists",
        "RFC 8414 2",
        MUST,
        "The members that end in _supported are JSON arrays; claims with zero elements are omitted where they are optional.",
        async (t) => {
          const { json } = await document(t);
          for (const name of [
            "scopes_supported",
            "grant_types_supported",
            "token_endpoint_auth_methods_supported",
            "response_modes_supported",
          ]) {
            if (json[name] !== undefined)
              t.expect(list(json[name]), `${name}: a list of strings`, JSON.stringify(json[name]));
          }
        },
      ],
      [
        "metadata-names-the-clients-method",
        "RFC 8414 2",
        SHOULD,
        "token_endpoint_auth_methods_supported lists the methods; the default is client_secret_basic.",
        async (t) => {
          const { token_endpoint_auth_methods_supported: named = ["client_secret_basic"] } = (await document(t)).json;
          const { method = "client_secret_basic" } = t.target.client;
          t.expect(named.includes(method), method, JSON.stringify(named));
        },
      ],
    ],
    needs("metadata"),
  ),
};
