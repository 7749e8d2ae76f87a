// An enterprise app reaches an MCP server: two services, each of them the real module. The company's makes an identity
// assertion (ID-JAG) for an ID token, and the one of the MCP server redeems it. Neither fetches anything.
import { startService } from "./service.js";
import { assertionRequest, JWT_BEARER, redeemingRequest, TOKEN_EXCHANGE, tokenRequest } from "./token_request.js";
import { issuerKey, serviceKey, sign, signerOf } from "./tokens.js";

/** @import { Answer, Send } from "./service.js" */
/** @import { Asked } from "./token_request.js" */

export const IDP = "https://login.acme.example";
export const COMPANY = "https://sts.acme.example";
export const SERVER = "https://as.mcp.example";
export const MCP = "https://mcp.example/";
export const APP = "desktop-app";
export const APP_THERE = "acme-desktop";
const OTHER_APP = "other-app";
const SCOPE = "tools:read";

export const SITUATION = {
  id: "mcp",
  title: "Enterprise app and MCP",
  story: "Alice’s company decides which apps may use which MCP servers for her. Two services work together.",
};

/**
 * One change to the way of the tokens, which one of the services refuses.
 * @typedef {object} McpTrial
 * @property {string} id
 * @property {string} title
 * @property {string} todo
 * @property {string} [aud]  of the ID token
 * @property {string} [resource]  that the app asks for
 * @property {(redeemer: Redeemer, assertion: string) => Promise<Answer>} [use]  of the assertion, in place of redeeming it
 */

/** @typedef {{ send: Send, app: Client, other: Client }} Redeemer */
/** @typedef {{ id: string, secret: string }} Client */

/** @type {readonly McpTrial[]} */
export const MCP_TRIALS = [
  {
    id: "mcp-replayed",
    title: "Used twice",
    todo: "Get a new assertion. This one was redeemed a moment ago, and whoever copied it is too late.",
    async use({ send, app }, assertion) {
      await send(redeemingRequest(app, assertion));
      return send(redeemingRequest(app, assertion));
    },
  },
  {
    id: "mcp-client",
    title: "Another app",
    todo: `Let the app that client_id names redeem it: ${APP_THERE}.`,
    use: ({ send, other }, assertion) => send(redeemingRequest(other, assertion)),
  },
  {
    id: "mcp-audience",
    title: "ID token of another app",
    todo: `Bring an ID token whose aud is this app, ${APP}.`,
    aud: "payroll-app",
  },
  {
    id: "mcp-resource",
    title: "Another server",
    todo: "Ask for a resource in targets of the Client. The company writes that list.",
    resource: "https://mcp.payroll.example/",
  },
  {
    id: "mcp-subject",
    title: "As subject token",
    todo: "Redeem the assertion with the JWT bearer grant. It serves for nothing else.",
    use: ({ send, app }, assertion) => send(exchangeRequest(app, assertion, "jwt")),
  },
  {
    id: "mcp-access",
    title: "As access token",
    todo: "Redeem the assertion first. What comes back for it is the access token.",
    use: ({ send, app }, assertion) => send(exchangeRequest(app, assertion, "access_token")),
  },
];

/**
 * What became of the tokens; `redeemed` is undefined where the company's service gave no assertion.
 * @typedef {object} Journey
 * @property {{ claims: Record<string, unknown>, token: string }} idToken
 * @property {Answer} asserted
 * @property {Answer} [redeemed]
 */

/**
 * From the ID token to the access token, with what one trial changes.
 * @param {Partial<McpTrial>} [trial]
 * @returns {Promise<Journey>}
 */
export async function travel({ aud = APP, resource = MCP, use } = {}) {
  const { company, server, idp } = await bothServices();
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: IDP, sub: "alice", aud, iat: now, exp: now + 3600 };
  const token = await sign(claims, idp);
  const asked = { idToken: token, audience: SERVER, resource, scope: SCOPE };
  const asserted = await company.send(assertionRequest({ ...company.app, ...asked }));
  const idToken = { claims, token };
  if (asserted.status !== 200) return { idToken, asserted };
  const assertion = String(asserted.body.access_token);
  const redeemed = await (use?.(server, assertion) ?? server.send(redeemingRequest(server.app, assertion)));
  return { idToken, asserted, redeemed };
}

/**
 * @param {Client} client
 * @param {string} subjectToken
 * @param {Asked["subjectType"]} subjectType
 */
function exchangeRequest(client, subjectToken, subjectType) {
  return tokenRequest({ ...client, subjectToken, subjectType, scope: SCOPE, audience: MCP });
}

/** @type {ReturnType<typeof startBoth> | undefined} */
let both;

function bothServices() {
  both ??= startBoth();
  return both;
}

async function startBoth() {
  const [idpKey, companyKey] = await Promise.all([issuerKey("acme-login-1"), serviceKey("acme-1")]);
  const idp = {
    resourceType: "TokenIntrospector",
    id: "acme-login",
    type: "jwt",
    user: "none",
    jwt: { iss: IDP, keys: [idpKey] },
  };
  const signer = await signerOf(idp);
  if (signer === undefined) throw new Error("The issuer's key is not in this page.");
  const company = await startService([companyClient(), idp], COMPANY, Promise.resolve(companyKey));
  const server = await startService(serverResources(companyKey.jwk), SERVER, serviceKey("mcp-1"));
  return {
    idp: signer,
    company: { send: company, app: { id: APP, secret: "test" } },
    server: { send: server, app: { id: APP_THERE, secret: "test" }, other: { id: OTHER_APP, secret: "test" } },
  };
}

function companyClient() {
  const target = { audience: SERVER, client_id: APP_THERE, resource: [MCP], scope: [SCOPE] };
  return {
    resourceType: "Client",
    id: APP,
    secret: "test",
    grant_types: [TOKEN_EXCHANGE],
    allowedIssuers: [IDP],
    auth: { id_jag: { targets: [target] } },
  };
}

/** @param {Awaited<ReturnType<typeof serviceKey>>["jwk"]} key  of the company's service */
function serverResources({ kid, kty, crv, x, y }) {
  const client = {
    resourceType: "Client",
    secret: "test",
    grant_types: [JWT_BEARER, TOKEN_EXCHANGE],
    allowedIssuers: [COMPANY],
    scope: [SCOPE],
    auth: {
      jwt_bearer: { audience: [MCP], token_format: "jwt" },
      token_exchange: { audience: [MCP], token_format: "jwt" },
    },
  };
  const keys = [{ kid, kty, alg: "ES256", format: "jwk", jwk: { kty, crv, x, y } }];
  return [
    { ...client, id: APP_THERE },
    { ...client, id: OTHER_APP },
    {
      resourceType: "TokenIntrospector",
      id: "acme",
      type: "jwt",
      user: "none",
      id_jag: true,
      jwt: { iss: COMPANY, keys },
    },
  ];
}
