// The MCP SDK's client, unmodified, calls a tool of an MCP server by cross-app access: it is told 401, finds the server's
// authorization server, gets an identity assertion (ID-JAG) from the company's service, and redeems it.
import "../node/quiet.mjs";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { npmClients } from "../../src/tasks/npm_clients.mjs";
import { mcpServer } from "./mcp_server.mjs";
import { idToken, SECRET, startTwoServices } from "./two_services.mjs";

const OTHER_RESOURCE = "http://127.0.0.1/other";

const load = await npmClients();

describe("CrossAppAccessProvider", { skip: load === undefined && "not installed, see above" }, () => {
  let sdk;
  let server;
  let services;
  before(async () => {
    sdk = await load("@modelcontextprotocol/client");
    server = await mcpServer(await load("@modelcontextprotocol/server"));
    services = await startTwoServices({ resource: [server.url, OTHER_RESOURCE] });
    await server.serve(services.mcp.issuer);
  });
  after(async () => {
    await services?.stop();
    await server?.stop();
  });

  /** Leg A, by the SDK, with what the provider calls it with. */
  const assertion = async ({ authorizationServerUrl, resourceUrl, scope }) => {
    const { jwtAuthGrant } = await sdk.discoverAndRequestJwtAuthGrant({
      idpUrl: services.idp.issuer,
      audience: authorizationServerUrl,
      resource: resourceUrl,
      idToken: await idToken(),
      clientId: "app",
      clientSecret: SECRET,
      scope,
    });
    return jwtAuthGrant;
  };

  const provider = (changes = {}) => {
    const expectedIssuer = services.mcp.issuer;
    return new sdk.CrossAppAccessProvider({
      assertion,
      clientId: "app-at-mcp",
      clientSecret: SECRET,
      expectedIssuer,
      ...changes,
    });
  };

  /** Greeted by the server, through the transport. */
  const greeted = async (authProvider) => {
    const client = new sdk.Client({ name: "test", version: "1.0.0" });
    await client.connect(new sdk.StreamableHTTPClientTransport(new URL(server.url), { authProvider }));
    try {
      return (await client.callTool({ name: "greet" })).content;
    } finally {
      await client.close();
    }
  };
  const HELLO = [{ type: "text", text: "Hello alice, by app-at-mcp" }];

  /** The server's answer to a call of the tool with this token, without the SDK's client. */
  const called = (token) =>
    fetch(server.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "greet", arguments: {} } }),
    });

  test("a tool is called with what it gets", async () => {
    const asked = [];
    const own = provider({
      assertion(context) {
        asked.push(context);
        return assertion(context);
      },
    });
    assert.deepEqual(await greeted(own), HELLO);
    assert.deepEqual(
      asked.map(({ authorizationServerUrl, resourceUrl, scope }) => [authorizationServerUrl, resourceUrl, scope]),
      [[services.mcp.issuer, server.url, "tools"]],
    );
    assert.equal((await called(own.tokens().access_token)).status, 200);
  });

  test("without a token: 401, and where the metadata is", async () => {
    const response = await called(undefined);
    assert.equal(response.status, 401);
    const { origin, pathname } = new URL(server.url);
    const metadata = `${origin}/.well-known/oauth-protected-resource${pathname}`;
    assert.ok(response.headers.get("www-authenticate").includes(`resource_metadata="${metadata}"`));
    const { resource, authorization_servers } = await (await fetch(metadata)).json();
    assert.deepEqual([resource, authorization_servers], [server.url, [services.mcp.issuer]]);
    await assert.rejects(greeted(undefined), /Missing Authorization header/);
  });

  test("a token for another audience is refused", async () => {
    const jwtAuthGrant = await assertion({
      authorizationServerUrl: services.mcp.issuer,
      resourceUrl: OTHER_RESOURCE,
      scope: "tools",
    });
    const { access_token } = await sdk.exchangeJwtAuthGrant({
      tokenEndpoint: `${services.mcp.issuer}/auth/token`,
      jwtAuthGrant,
      clientId: "app-at-mcp",
      clientSecret: SECRET,
    });
    const response = await called(access_token);
    assert.equal(response.status, 401);
    assert.match(response.headers.get("www-authenticate"), /error="invalid_token"/);
    assert.deepEqual(await greeted(provider()), HELLO, "the next good one is served");
  });
});
