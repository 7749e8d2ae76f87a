// The secrets of resources (contract 3.6): what is shown of them, and how they are kept.
import { issuedBy } from "./answers.mjs";
import { equal, ok, oneOf, same } from "./assert.mjs";
import { administer, CLIENT, freshId, LONG, PLAIN, servingGood } from "./administrator.mjs";
import { RESOURCES, SECRETS, subjectToken, TRUSTED } from "./fixture.mjs";
import { base64url, sha256Hex } from "./jwt.mjs";
import { basic, goodExchange } from "./token_request.mjs";

export default servingGood([
  {
    name: "secrets are masked, and *** keeps what is stored",
    async run(sts) {
      const [client, introspector] = [freshId(), freshId()];
      const iss = `https://${introspector}.example`;
      const clientBody = { ...CLIENT, allowedIssuers: [iss] };
      const introspectorBody = { type: "jwt", jwt: { iss, secret: LONG }, user: "none" };
      const works = async (what) => {
        const request = (await goodExchange(sts)).header("authorization", basic(client, LONG)).set("scope", "openid");
        request.set("subject_token", await subjectToken(sts, { sub: "job" }, { iss, secret: LONG }));
        const { claims } = await issuedBy(await request.send(sts));
        same([claims.client_id, claims.sub], [client, "job"], what);
      };
      equal(
        (await administer(sts, "PUT", `/Client/${client}`, clientBody)).body.secret,
        "***",
        "secret as PUT shows it",
      );
      equal((await administer(sts, "PUT", `/TokenIntrospector/${introspector}`, introspectorBody)).status, 201, "PUT");
      await works("with the secrets as they were written");
      for (const path of [`/Client/${client}`, `/TokenIntrospector/${introspector}`]) {
        const got = await administer(sts, "GET", path);
        equal(got.body.secret ?? got.body.jwt.secret, "***", "secret as GET shows it");
        ok(!got.text.includes(await sha256Hex(LONG)), "no digest either");
        // what GET gave is written back as it is
        equal(
          (await administer(sts, "PUT", path, { ...got.body, ...(got.body.jwt ? {} : { name: "renamed" }) })).status,
          200,
          "PUT of what GET gave",
        );
      }
      equal((await administer(sts, "GET", `/Client/${client}`)).body.name, "renamed", "name");
      await works("after what was shown was written back");
      const list = await administer(sts, "GET", "/Client");
      for (const { resource } of list.body.entry) oneOf(resource.secret, ["***", undefined], "secret in the list");
      const deleted = [
        await administer(sts, "DELETE", `/Client/${client}`),
        await administer(sts, "DELETE", `/TokenIntrospector/${introspector}`),
      ];
      same([deleted[0].body.secret, deleted[1].body.jwt.secret], ["***", "***"], "secrets as DELETE shows them");
    },
  },
  {
    name: "keys[] are masked, and *** keeps each by its kid",
    async run(sts) {
      const id = freshId();
      const iss = `https://${id}.example`;
      const list = [
        { ...PLAIN, kid: "one" },
        {
          kid: "two",
          kty: "oct",
          alg: "HS384",
          format: "jwk",
          jwk: { kty: "oct", alg: "HS384", k: base64url(TRUSTED.main.secret) },
        },
      ];
      const body = { type: "jwt", jwt: { iss, keys: list }, user: "none" };
      const put = await administer(sts, "PUT", `/TokenIntrospector/${id}`, body);
      equal(put.status, 201, `PUT: ${put.text.slice(0, 300)}`);
      same([put.body.jwt.keys[0].k, put.body.jwt.keys[1].jwk.k], ["***", "***"], "keys as they are shown");
      ok(!put.text.includes(base64url(TRUSTED.main.secret)), "the key of the JWK");
      const swapped = { ...put.body, jwt: { iss, keys: put.body.jwt.keys.toReversed() } };
      equal((await administer(sts, "PUT", `/TokenIntrospector/${id}`, swapped)).status, 200, "PUT in another order");
      const client = freshId();
      equal(
        (await administer(sts, "PUT", `/Client/${client}`, { ...CLIENT, allowedIssuers: [iss] })).status,
        201,
        "PUT",
      );
      for (const [kid, secret, alg] of [
        ["one", LONG, "HS256"],
        ["two", TRUSTED.main.secret, "HS384"],
      ]) {
        const token = await subjectToken(sts, { sub: "job" }, { iss, secret }, { alg, kid });
        const request = (await goodExchange(sts)).header("authorization", basic(client, LONG)).set("scope", "openid");
        await issuedBy(await request.set("subject_token", token).send(sts));
      }
      await administer(sts, "DELETE", `/TokenIntrospector/${id}`);
      await administer(sts, "DELETE", `/Client/${client}`);
    },
  },
  {
    name: "a client's secret may be written as its digest, in either case",
    async run(sts) {
      const digest = await sha256Hex(LONG);
      for (const hex of [digest, digest.toUpperCase()]) {
        const id = freshId();
        const put = await administer(sts, "PUT", `/Client/${id}`, { ...CLIENT, secret: `__sha256:${hex}` });
        same([put.status, put.body.secret], [201, "***"], "PUT");
        const request = (await goodExchange(sts)).header("authorization", basic(id, LONG)).set("scope", "openid");
        await issuedBy(await request.send(sts));
        await administer(sts, "DELETE", `/Client/${id}`);
      }
    },
  },
  {
    name: "every resource of the fixture is listed, none with a secret",
    async run(sts) {
      for (const type of ["Client", "TokenIntrospector", "User"]) {
        const { body, text } = await administer(sts, "GET", `/${type}`);
        const ids = body.entry.map(({ resource }) => resource.id);
        for (const { resourceType, id } of RESOURCES) if (resourceType === type) ok(ids.includes(id), `${type}/${id}`);
        equal(new Set(ids).size, ids.length, "each once");
        for (const secret of [
          ...Object.values(SECRETS).filter((value) => value.length > 8),
          "planted secret",
          "planted first",
          "__sha256",
        ]) {
          ok(!text.includes(secret), "a secret is listed");
        }
      }
    },
  },
]);
