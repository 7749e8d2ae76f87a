// Resource servers that others wrote, unmodified, take our tokens; and none that is for somebody else or has ended.
import "../node/quiet.mjs";
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { jwk } from "hono/jwk";
import { npmClients } from "../../src/tasks/npm_clients.mjs";
import { AUDIENCE, startService } from "./service.mjs";

const load = await npmClients();
const skip = load === undefined && "not installed, see above";

// Each gives a function that is called with the headers of a request and gives status and `sub`.
const SERVERS = {
  async "hono/jwk"({ issuer }) {
    const app = new Hono();
    const verification = { typ: "at+jwt", iss: issuer, aud: AUDIENCE };
    app.use(jwk({ jwks_uri: `${issuer}/.well-known/jwks.json`, alg: ["ES256"], verification }));
    app.get("/", (context) => context.json({ sub: context.get("jwtPayload").sub }));
    return { ask: async (headers) => app.request("/", { headers }) };
  },

  // It discovers the keys and the algorithms; strict: an access token of RFC 9068.
  async "express-oauth2-jwt-bearer"({ issuer }) {
    const { auth } = await load("express-oauth2-jwt-bearer");
    const app = express();
    app.use(auth({ issuerBaseURL: issuer, audience: AUDIENCE, strict: true }));
    app.get("/", (request, response) => response.json({ sub: request.auth.payload.sub }));
    return listening(app);
  },

  async "jwks-rsa with jsonwebtoken"({ issuer }) {
    const [{ default: jwksClient }, { default: jsonwebtoken }] = [await load("jwks-rsa"), await load("jsonwebtoken")];
    const keys = jwksClient({ jwksUri: `${issuer}/.well-known/jwks.json` });
    const key = ({ kid }, done) => keys.getSigningKey(kid, (error, found) => done(error, found?.getPublicKey()));
    const options = { issuer, audience: AUDIENCE, algorithms: ["ES256"] };
    const verify = (token) =>
      new Promise((resolve, reject) => {
        jsonwebtoken.verify(token, key, options, (error, claims) => (error ? reject(error) : resolve(claims)));
      });
    const ask = async ({ authorization }) =>
      verify(authorization.slice("Bearer ".length)).then(
        ({ sub }) => Response.json({ sub }),
        () => new Response(null, { status: 401 }),
      );
    return { ask };
  },

  async "passport-jwt with jwks-rsa"({ issuer }) {
    const { default: passport } = await load("passport");
    const { Strategy, ExtractJwt } = await load("passport-jwt");
    const { passportJwtSecret } = await load("jwks-rsa");
    const options = {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: passportJwtSecret({ jwksUri: `${issuer}/.well-known/jwks.json` }),
      issuer,
      audience: AUDIENCE,
      algorithms: ["ES256"],
    };
    passport.use(new Strategy(options, ({ sub }, done) => done(null, { sub })));
    const app = express();
    app.use(passport.authenticate("jwt", { session: false }));
    app.get("/", (request, response) => response.json({ sub: request.user.sub }));
    return listening(app);
  },

  async "@fastify/jwt with jwks-rsa"({ issuer }) {
    const [{ default: jwt }, { default: jwksClient }] = [await load("@fastify/jwt"), await load("jwks-rsa")];
    const keys = jwksClient({ jwksUri: `${issuer}/.well-known/jwks.json` });
    const app = fastify();
    app.register(jwt, {
      decode: { complete: true },
      secret: async (request, { header }) => (await keys.getSigningKey(header.kid)).getPublicKey(),
      verify: { algorithms: ["ES256"], allowedIss: issuer, allowedAud: AUDIENCE },
    });
    app.addHook("onRequest", (request) => request.jwtVerify());
    app.get("/", async ({ user }) => ({ sub: user.sub }));
    const ask = async (headers) => {
      const { statusCode: status, body } = await app.inject({ url: "/", headers });
      return new Response(body, { status });
    };
    return { ask, stop: () => app.close() };
  },
};

async function listening(app) {
  // Express prints what it answers with otherwise.
  app.use((error, request, response, next) =>
    error.status === undefined ? next(error) : response.sendStatus(error.status),
  );
  const server = createServer(app);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  return {
    ask: (headers) => fetch(url, { headers }),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let service;
let tokens;
before(async () => {
  service = await startService();
  tokens = await service.tokens();
});
after(() => service?.stop());

for (const [name, start] of Object.entries(SERVERS)) {
  describe(name, { skip: name !== "hono/jwk" && skip }, () => {
    let server;
    before(async () => (server = await start(service)));
    after(() => server?.stop?.());

    async function takes(token) {
      const response = await server.ask({ authorization: `Bearer ${token}` });
      assert.deepEqual([response.status, await response.json()], [200, { sub: "alice" }]);
    }

    test("takes a token that is for it", () => takes(tokens.good));

    for (const kind of ["for_another_audience", "expired", "forged"]) {
      test(`refuses one that is ${kind.replaceAll("_", " ")}`, async () => {
        const response = await server.ask({ authorization: `Bearer ${tokens[kind]}` });
        assert.equal(response.status, 401);
        await response.body?.cancel();
        await takes(tokens.good);
      });
    }
  });
}
