// Clients that others wrote, unmodified, of identity assertions (ID-JAG): one service issues, another one redeems, both over
// HTTP on loopback, and each finds the other's keys by discovery.
import "../node/quiet.mjs";
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { npmClients } from "../../src/tasks/npm_clients.mjs";
import { EXCHANGE, JWT_BEARER, TYPE } from "../suites/fixture.mjs";
import { decoded } from "../suites/jwt.mjs";
import { python, skipPython } from "./python.mjs";
import { ecKey, ID_JAG, idToken, SECRET, startTwoServices } from "./two_services.mjs";

const load = await npmClients();

// The issuer whose assertions Authlib makes.
const OTHER = { iss: "https://authlib.example", key: ecKey("a1") };

let server; // an MCP server, which lets in whoever has a token of its authorization server, and says which
let MCP;
let services;
let idp; // the company's service, which issues
let mcp; // the MCP server's authorization server, which redeems
before(async () => {
  server = createServer((request, response) => {
    const [scheme, token] = (request.headers.authorization ?? "").split(" ");
    response.writeHead(scheme === "Bearer" ? 200 : 401, { "content-type": "text/plain" });
    response.end(token);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  MCP = `http://127.0.0.1:${server.address().port}/mcp`;
  services = await startTwoServices({ resource: [MCP], other: OTHER });
  ({ idp, mcp } = services);
});
after(async () => {
  await services?.stop();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

function isForTheServer(accessToken, client = "app-at-mcp") {
  const { claims } = decoded(accessToken);
  assert.deepEqual(
    [claims.iss, claims.aud, claims.sub, claims.client_id, claims.scope],
    [mcp.issuer, MCP, "alice", client, "tools"],
  );
}

describe("@modelcontextprotocol/client", { skip: load === undefined && "not installed, see above" }, () => {
  const asked = async () => ({
    audience: mcp.issuer,
    resource: MCP,
    idToken: await idToken(),
    clientId: "app",
    clientSecret: SECRET,
    scope: "tools",
  });
  const redeem = (client, jwtAuthGrant, authMethod) =>
    client.exchangeJwtAuthGrant({
      tokenEndpoint: `${mcp.issuer}/auth/token`,
      jwtAuthGrant,
      clientId: "app-at-mcp",
      clientSecret: SECRET,
      ...(authMethod === undefined ? {} : { authMethod }),
    });

  test("requestJwtAuthorizationGrant, exchangeJwtAuthGrant", async () => {
    const client = await load("@modelcontextprotocol/client");
    const tokenEndpoint = `${idp.issuer}/auth/token`;
    const { jwtAuthGrant } = await client.requestJwtAuthorizationGrant({ tokenEndpoint, ...(await asked()) });
    const { header, claims } = decoded(jwtAuthGrant);
    assert.deepEqual([header.typ, claims.aud, claims.client_id], ["oauth-id-jag+jwt", mcp.issuer, "app-at-mcp"]);
    const tokens = await redeem(client, jwtAuthGrant);
    assert.equal(tokens.token_type, "Bearer");
    isForTheServer(tokens.access_token);
    await assert.rejects(redeem(client, jwtAuthGrant), /not accepted/, "it serves once");
  });

  test("discoverAndRequestJwtAuthGrant, with the secret in the body", async () => {
    const client = await load("@modelcontextprotocol/client");
    const { jwtAuthGrant } = await client.discoverAndRequestJwtAuthGrant({ idpUrl: idp.issuer, ...(await asked()) });
    isForTheServer((await redeem(client, jwtAuthGrant, "client_secret_post")).access_token);
  });
});

async function exchanged() {
  return {
    requested_token_type: ID_JAG,
    subject_token: await idToken(),
    subject_token_type: TYPE.idToken,
    audience: mcp.issuer,
    resource: MCP,
    scope: "tools",
  };
}

test("oauth4webapi", async () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const discovered = async (issuer) => {
    const url = new URL(issuer);
    const response = await oauth.discoveryRequest(url, { ...insecure, algorithm: "oauth2" });
    return oauth.processDiscoveryResponse(url, response);
  };
  const leg = async (issuer, id, grant, parameters) => {
    const [as, client] = [await discovered(issuer), { client_id: id }];
    const auth = oauth.ClientSecretBasic(SECRET);
    const body = new URLSearchParams(parameters);
    const response = await oauth.genericTokenEndpointRequest(as, client, auth, grant, body, insecure);
    return oauth.processGenericTokenEndpointResponse(as, client, response, { recognizedTokenTypes: { n_a() {} } });
  };
  const { access_token: assertion } = await leg(idp.issuer, "app", EXCHANGE, await exchanged());
  isForTheServer((await leg(mcp.issuer, "app-at-mcp", JWT_BEARER, { assertion })).access_token);
});

describe("openid-client", () => {
  const leg = async (issuer, id, authenticate, grant, parameters) => {
    const options = { execute: [openid.allowInsecureRequests] };
    const config = await openid.discovery(new URL(issuer), id, undefined, authenticate, options);
    return openid.genericGrantRequest(config, grant, parameters);
  };

  test("client_secret_basic", async () => {
    const secret = openid.ClientSecretBasic(SECRET);
    const { access_token: assertion } = await leg(idp.issuer, "app", secret, EXCHANGE, await exchanged());
    isForTheServer((await leg(mcp.issuer, "app-at-mcp", secret, JWT_BEARER, { assertion })).access_token);
  });

  test("private_key_jwt", async () => {
    const own = openid.PrivateKeyJwt(await services.clientKey());
    const { access_token: assertion } = await leg(idp.issuer, "app-with-key", own, EXCHANGE, await exchanged());
    const redeem = (id, key) => leg(mcp.issuer, id, key, JWT_BEARER, { assertion });
    const refused = (error) => (expected) => expected instanceof openid.ResponseBodyError && expected.error === error;
    const secret = openid.ClientSecretPost(SECRET);
    await assert.rejects(redeem("app-at-mcp", secret), refused("invalid_grant"), "it is another client's");
    const answer = await redeem("app-at-mcp-with-key", own);
    assert.equal(answer.token_type, "bearer");
    isForTheServer(answer.access_token, "app-at-mcp-with-key");
    await assert.rejects(redeem("app-at-mcp-with-key", own), refused("invalid_grant"), "it serves once");
  });
});

/** An assertion of the company's service. */
async function issued() {
  const parameters = { grant_type: EXCHANGE, client_id: "app", client_secret: SECRET, ...(await exchanged()) };
  const body = new URLSearchParams(parameters);
  return (await (await fetch(`${idp.issuer}/auth/token`, { method: "POST", body })).json()).access_token;
}

describe("PyPI authlib", { skip: skipPython }, () => {
  test("IDJAGGrant.sign makes what is redeemed here", async () => {
    const { alg: _alg, ...key } = OTHER.key;
    const given = { key, issuer: OTHER.iss, audience: mcp.issuer, client_id: "app-at-mcp", resource: MCP };
    const assertion = await python("authlib_id_jag.py", given);
    const parameters = { grant_type: JWT_BEARER, client_id: "app-at-mcp", client_secret: SECRET, assertion };
    const body = new URLSearchParams(parameters);
    const response = await fetch(`${mcp.issuer}/auth/token`, { method: "POST", body });
    isForTheServer((await response.json()).access_token);
  });

  test("IDJAGGrant takes what is issued here", async () => {
    const keys = await (await fetch(`${idp.issuer}/.well-known/jwks.json`)).json();
    const given = { issuer: idp.issuer, audience: mcp.issuer, keys, assertion: await issued() };
    const claims = await python("authlib_id_jag.py", given);
    assert.deepEqual([claims.sub, claims.client_id, claims.resource], ["alice", "app-at-mcp", MCP]);
  });
});

describe("PyPI mcp", { skip: skipPython }, () => {
  for (const method of ["client_secret_post", "client_secret_basic"]) {
    test(`IdentityAssertionOAuthProvider, ${method}`, async () => {
      const assertion = await issued();
      const given = { issuer: mcp.issuer, secret: SECRET, assertion, method, mcp: MCP };
      isForTheServer(await python("mcp_identity_assertion.py", given));
    });
  }
});
