// RFC 6749 section 5.2, to which RFC 8693 section 2.2.2 refers: what an error looks like.
import { cases, MUST, SHOULD } from "./case.mjs";

const ERRORS = {
  "without-subject_token": async (t) => (await t.exchange()).without("subject_token").send(),
  "with-a-bad-subject_token": async (t) => (await t.exchange()).set("subject_token", "no-token-of-anybody").send(),
  "with-an-unknown-grant": async (t) => (await t.exchange()).set("grant_type", "urn:example:no-such-grant").send(),
};

const RULES = [
  [
    "is-json",
    MUST,
    "The parameters are included in the entity-body using the application/json media type.",
    (t, { headers, json }) => {
      t.isJson(headers);
      t.expect(json !== undefined && !Array.isArray(json), "a JSON object", "something else");
    },
  ],
  [
    "has-status-400",
    MUST,
    "The authorization server responds with an HTTP 400 (Bad Request) status code unless specified otherwise.",
    (t, { status }) => t.expect(status === 400, "status 400", `status ${status}`),
  ],
  [
    "has-an-error-code",
    MUST,
    "error is REQUIRED: a single ASCII error code, without characters outside %x20-21 / %x23-5B / %x5D-7E.",
    (t, { json }) =>
      t.expect(
        typeof json?.error === "string" && printable(json.error),
        "error of allowed characters",
        JSON.stringify(json?.error),
      ),
  ],
  [
    "has-a-description-of-allowed-characters",
    MUST,
    "Values for error_description MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E.",
    (t, { json }) => {
      t.given(json?.error_description !== undefined, "there is no error_description");
      t.expect(
        typeof json.error_description === "string" && printable(json.error_description),
        "allowed characters alone",
        JSON.stringify(json.error_description),
      );
    },
  ],
  [
    "has-an-error_uri-of-allowed-characters",
    MUST,
    "Values for error_uri MUST conform to the URI-reference syntax.",
    (t, { json }) => {
      t.given(json?.error_uri !== undefined, "there is no error_uri");
      t.expect(/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(json.error_uri), "a URI reference", JSON.stringify(json.error_uri));
    },
  ],
  [
    "has-no-token",
    MUST,
    "An error response is no token response.",
    (t, { json }) =>
      t.expect(json?.access_token === undefined && json?.refresh_token === undefined, "no token", "a token"),
  ],
  [
    "is-not-stored",
    SHOULD,
    "The example of 5.2 has Cache-Control: no-store; 5.1 demands it of every response with sensitive information.",
    (t, { headers }) =>
      t.expect(
        /\bno-store\b/i.test(headers["cache-control"] ?? ""),
        "Cache-Control: no-store",
        `Cache-Control: ${headers["cache-control"]}`,
      ),
  ],
];

function printable(text) {
  return /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/.test(text);
}

export default {
  name: "errors",
  cases: cases(
    Object.entries(ERRORS).flatMap(([name, send]) =>
      RULES.map(([rule, level, says, check]) => [
        `error-${name}-${rule}`,
        "RFC 6749 5.2",
        level,
        says,
        async (t) => {
          const answer = await send(t);
          t.given(answer.status !== 200, "the server does not answer with an error: another case says so");
          check(t, answer);
        },
      ]),
    ),
  ),
};
