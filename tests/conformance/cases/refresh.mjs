// RFC 6749 section 6, for a refresh token that an exchange gave. A part that `features.refresh` announces.
import { cases, MUST, SHOULD } from "./case.mjs";

const GRANT = "A refresh token that is invalid, expired, revoked, or was issued to another client is invalid_grant.";

export default {
  name: "refresh",
  cases: cases(
    [
      [
        "refresh-gives-a-token",
        "RFC 6749 6",
        MUST,
        "If valid and authorized, the authorization server issues an access token as described in section 5.1.",
        async (t) => {
          const { token } = await t.refreshToken();
          const answer = await t.refresh(token).send();
          t.issued(answer);
          t.expect(typeof answer.json.token_type === "string", "token_type", "none");
        },
      ],
      [
        "refresh-gives-another-access-token",
        "RFC 6749 1.5",
        SHOULD,
        "Refresh tokens are used to obtain a new access token.",
        async (t) => {
          const { token, answer } = await t.refreshToken();
          const again = t.issued(await t.refresh(token).send());
          t.expect(again.access_token !== answer.json.access_token, "a new token", "the same token");
        },
      ],
      [
        "refresh-answer-is-not-stored",
        "RFC 6749 5.1",
        MUST,
        "The server MUST include Cache-Control: no-store and Pragma: no-cache in any response with tokens.",
        async (t) => {
          const { token } = await t.refreshToken();
          const { headers } = await t.refresh(token).send();
          t.expect(
            /\bno-store\b/i.test(headers["cache-control"] ?? ""),
            "Cache-Control: no-store",
            headers["cache-control"],
          );
          t.expect(/\bno-cache\b/i.test(headers.pragma ?? ""), "Pragma: no-cache", headers.pragma);
        },
      ],
      [
        "refresh_token-absent",
        "RFC 6749 6",
        MUST,
        "refresh_token is REQUIRED.",
        async (t) => t.refused(await t.refresh("x").without("refresh_token").send(), "invalid_request"),
      ],
      [
        "refresh_token-empty",
        "RFC 6749 3.2",
        MUST,
        "Parameters sent without a value MUST be treated as if they were omitted.",
        async (t) => t.refused(await t.refresh("").send(), "invalid_request"),
      ],
      [
        "refresh_token-twice",
        "RFC 6749 3.2",
        MUST,
        "Parameters MUST NOT be included more than once.",
        async (t) => t.refused(await t.refresh("x").add("refresh_token", "y").send(), "invalid_request"),
      ],
      [
        "refresh_token-unknown",
        "RFC 6749 5.2",
        MUST,
        GRANT,
        async (t) => t.refused(await t.refresh("no-token-of-anybody").send(), "invalid_grant"),
      ],
      [
        "refresh_token-cut",
        "RFC 6749 5.2",
        MUST,
        GRANT,
        async (t) => t.refused(await t.refresh((await t.refreshToken()).token.slice(0, -3)).send(), "invalid_grant"),
      ],
      [
        "access-token-as-refresh-token",
        "RFC 6749 5.2",
        MUST,
        GRANT,
        async (t) =>
          t.refused(await t.refresh((await t.refreshToken()).answer.json.access_token).send(), "invalid_grant"),
      ],
      [
        "refresh_token-of-another-client",
        "RFC 6749 6",
        MUST,
        "The authorization server MUST ensure that the refresh token was issued to the authenticated client.",
        async (t) => {
          t.given(t.target.other_client !== undefined, "the target's file has no other_client");
          const { token } = await t.refreshToken();
          t.refused(await t.refresh(token, t.target.other_client).send(), ["invalid_grant", "unauthorized_client"]);
        },
      ],
      [
        "refresh-without-authentication",
        "RFC 6749 6",
        MUST,
        "A confidential client MUST authenticate with the authorization server.",
        async (t) => {
          t.given(t.target.client.method !== "none", "the client is public");
          const { token } = await t.refreshToken();
          const request = t.refresh(token).as(undefined).set("client_id", t.target.client.client_id);
          t.refused(await request.send(), "invalid_client", [400, 401]);
        },
      ],
      [
        "refresh-with-a-wider-scope",
        "RFC 6749 6",
        MUST,
        "The requested scope MUST NOT include any scope not originally granted by the resource owner.",
        async (t) => {
          t.given(t.target.scope.length > 1, "the target's file has only one scope");
          const [one, other] = t.target.scope;
          const { token } = await t.refreshToken(one);
          const answer = await t.refresh(token).set("scope", `${one} ${other}`).send();
          if (answer.status !== 200) return t.refused(answer, "invalid_scope");
          t.expect(
            !(answer.json.scope ?? other).split(" ").includes(other),
            "an error, or a scope without it",
            answer.json.scope,
          );
        },
      ],
      [
        "refresh-with-a-narrower-scope",
        "RFC 6749 6",
        MUST,
        "scope is OPTIONAL, and may name less than was granted.",
        async (t) => {
          t.given(t.target.scope.length > 1, "the target's file has only one scope");
          const { token } = await t.refreshToken(t.target.scope.join(" "));
          t.issued(await t.refresh(token).set("scope", t.target.scope[0]).send());
        },
      ],
      [
        "refresh-keeps-the-scope",
        "RFC 6749 6",
        MUST,
        "If scope is omitted, it is treated as equal to the scope originally granted.",
        async (t) => {
          t.given(t.target.scope.length > 1, "the target's file has only one scope");
          const [one, other] = t.target.scope;
          const { token } = await t.refreshToken(one);
          const answer = await t.refresh(token).send();
          t.issued(answer);
          t.expect(!(answer.json.scope ?? one).split(" ").includes(other), `scope ${one}`, answer.json.scope);
        },
      ],
      [
        "used-refresh-token-of-a-rotation",
        "RFC 9700 4.14.2",
        SHOULD,
        "A server that rotates can tell that an old token is used after its successor, and revokes.",
        async (t) => {
          const { token } = await t.refreshToken();
          const next = t.issued(await t.refresh(token).send()).refresh_token;
          t.given(typeof next === "string" && next !== token, "the server does not rotate");
          t.issued(await t.refresh(next).send());
          t.refused(await t.refresh(token).send(), "invalid_grant");
        },
      ],
    ],
    ({ features }) => (features.refresh ? undefined : "the target does not announce refresh"),
  ),
};
