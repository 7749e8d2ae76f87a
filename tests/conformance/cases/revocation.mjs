// RFC 7009. A part that `features.revocation` announces.
import { cases, MUST, SHOULD } from "./case.mjs";

function done(t, answer) {
  t.expect(answer.status === 200, "status 200", `status ${answer.status}`);
}

async function issued(t) {
  return t.issued(await (await t.exchange()).send());
}

async function activity(t, token) {
  t.given(
    t.target.features.introspection && t.target.introspection_endpoint !== undefined,
    "there is no introspection to see it by",
  );
  return (await t.introspect(token).send()).json?.active;
}

export default {
  name: "revocation",
  missing: ({ features, revocation_endpoint }) =>
    features.revocation && revocation_endpoint ? undefined : "the target does not announce revocation",
  cases: cases([
    [
      "revocation-is-answered",
      "RFC 7009 2.2",
      MUST,
      "The server responds with 200 if the token has been revoked successfully.",
      async (t) => done(t, await t.revoke((await issued(t)).access_token).send()),
    ],
    [
      "revoked-token-is-inactive",
      "RFC 7009 2.1",
      SHOULD,
      "The invalidation takes place immediately; access tokens SHOULD be supported.",
      async (t) => {
        const { access_token } = await issued(t);
        t.given(
          (await activity(t, access_token)) === true,
          "the server does not introspect the issued token for this client",
        );
        done(t, await t.revoke(access_token).send());
        t.expect((await activity(t, access_token)) === false, "active false", "active true");
      },
    ],
    [
      "revoked-refresh-token-is-refused",
      "RFC 7009 2.1",
      MUST,
      "Implementations MUST support the revocation of refresh tokens; the token cannot be used again after it.",
      async (t) => {
        t.given(t.target.features.refresh, "the target does not announce refresh");
        const { token } = await t.refreshToken();
        done(t, await t.revoke(token).send());
        t.refused(await t.refresh(token).send(), "invalid_grant");
      },
    ],
    [
      "revocation-with-the-refresh-token-ends-the-access-token",
      "RFC 7009 2.1",
      SHOULD,
      "If the server supports the revocation of access tokens, it SHOULD invalidate those of the same grant with the refresh token.",
      async (t) => {
        t.given(t.target.features.refresh, "the target does not announce refresh");
        const { token, answer } = await t.refreshToken();
        t.given(
          (await activity(t, answer.json.access_token)) === true,
          "the server does not introspect the issued token for this client",
        );
        done(t, await t.revoke(token).send());
        t.expect((await activity(t, answer.json.access_token)) === false, "active false", "active true");
      },
    ],
    [
      "revocation-of-garbage",
      "RFC 7009 2.2",
      MUST,
      "Invalid tokens do not cause an error response: the server responds with 200.",
      async (t) => done(t, await t.revoke("no-token-of-anybody").send()),
    ],
    [
      "revocation-twice",
      "RFC 7009 2.2",
      MUST,
      "The server responds with 200 if the client submitted an invalid token: one that is revoked is such.",
      async (t) => {
        const { access_token } = await issued(t);
        done(t, await t.revoke(access_token).send());
        done(t, await t.revoke(access_token).send());
      },
    ],
    ...["refresh_token", "no_such_hint"].map((hint) => [
      `revocation-with-the-hint-${hint}`,
      "RFC 7009 2.1",
      MUST,
      "A server MAY ignore the hint, MUST extend its search if it does not find the token by it; an invalid hint is ignored (2.2).",
      async (t) =>
        done(
          t,
          await t
            .revoke((await issued(t)).access_token)
            .set("token_type_hint", hint)
            .send(),
        ),
    ]),
    [
      "revocation-without-token",
      "RFC 7009 2.1",
      MUST,
      "token is REQUIRED; the error is presented as RFC 6749 section 5.2 says.",
      async (t) => t.refused(await t.revoke("x").without("token").send(), "invalid_request"),
    ],
    [
      "revocation-without-credentials",
      "RFC 7009 2.1",
      MUST,
      "The authorization server first validates the client credentials (of a confidential client).",
      async (t) => {
        t.given(t.target.client.method !== "none", "the client is public");
        const { access_token } = await issued(t);
        const answer = await t.revoke(access_token).as(undefined).send();
        t.refused(answer, ["invalid_client", "invalid_request"], [400, 401]);
      },
    ],
    [
      "revocation-by-another-client",
      "RFC 7009 2.1",
      MUST,
      "The server verifies whether the token was issued to the client; if that fails, the token stays valid.",
      async (t) => {
        t.given(t.target.other_client !== undefined, "the target's file has no other_client");
        const { access_token } = await issued(t);
        t.given(
          (await activity(t, access_token)) === true,
          "the server does not introspect the issued token for this client",
        );
        await t.revoke(access_token, t.target.other_client).send();
        t.expect((await activity(t, access_token)) === true, "active true", "active false");
      },
    ],
  ]),
};
