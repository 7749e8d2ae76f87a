// Situations to begin with.
import { thumbprintOf } from "./proof.js";
import { ISSUER, startService } from "./service.js";
import { TOKEN_EXCHANGE, tokenRequest } from "./token_request.js";
import { decode, issuerKey, randomId, sign, signerOf } from "./tokens.js";

/** @import { Prover } from "./proof.js" */

/**
 * What stands in the fields of the page. `client`, `introspector` and `user` are one resource or a list of them.
 * @typedef {object} Example
 * @property {Record<string, unknown>} subject  claims
 * @property {Record<string, unknown>} [actor]  claims; absent: nobody acts for the subject
 * @property {Record<string, any>} client
 * @property {any} introspector
 * @property {any} user
 * @property {string} scope
 * @property {string} audience
 * @property {string} [secret]  what the app sends; absent: that of the Client
 * @property {Prover} [prover]  absent: no key is spoken of
 * @property {boolean} [forged]  whether somebody else signs the subject token
 */

/** @typedef {{ id: string, title: string, story: string, of: () => Promise<Example> }} Preset */

const LOGIN = "https://login.example";
const ORDERS = "https://orders.example";
const ALICE = { resourceType: "User", id: "alice" };

/** @type {readonly Preset[]} */
export const PRESETS = [
  {
    id: "how-to",
    title: "First exchange",
    story:
      "Alice’s app has a token of hers that may read and write orders. It swaps it for one that may only read them, for 6 minutes.",
    async of() {
      return {
        subject: {
          iss: LOGIN,
          sub: "alice",
          aud: ISSUER,
          scope: "orders:read orders:write",
          ...times(),
        },
        client: client("tokenexchange", {
          allowedIssuers: [LOGIN],
          scope: ["openid", "orders:read"],
          auth: {
            token_exchange: {
              token_format: "jwt",
              refresh_token: true,
              access_token_expiration: 360,
              refresh_token_expiration: 864000,
              audience: [ORDERS],
            },
          },
        }),
        introspector: issuer("external-auth-server", LOGIN),
        user: { ...ALICE },
        scope: "orders:read",
        audience: ORDERS,
      };
    },
  },
  {
    id: "delegation",
    title: "Delegation",
    story:
      "The orders service asks billing for Alice. The token stays hers and names who acts: the orders service, after the web shop.",
    async of() {
      const services = "https://services.example";
      return {
        subject: {
          iss: LOGIN,
          sub: "alice",
          aud: ISSUER,
          act: { sub: "web-shop" },
          scope: "orders:read orders:write",
          ...times(),
        },
        actor: { iss: services, sub: "orders-service", aud: ISSUER, ...times() },
        client: client("orders-service", {
          allowedIssuers: [LOGIN, services],
          scope: ["orders:read"],
          auth: exchangeFor("https://billing.example", { delegation: "any" }),
        }),
        introspector: [issuer("people", LOGIN), { ...issuer("services", services), user: "none" }],
        user: { ...ALICE },
        scope: "orders:read",
        audience: "https://billing.example",
      };
    },
  },
  {
    id: "agent",
    title: "AI agent",
    story:
      "Alice lets one assistant read her calendar. Her token names it (may_act); no other program can act for her.",
    async of() {
      const agents = "https://agents.example";
      return {
        subject: {
          iss: LOGIN,
          sub: "alice",
          aud: ISSUER,
          may_act: { iss: agents, sub: "calendar-assistant" },
          scope: "calendar:read calendar:write mail:read",
          ...times(),
        },
        actor: { iss: agents, sub: "calendar-assistant", aud: ISSUER, ...times(600) },
        client: client("agent-platform", {
          allowedIssuers: [LOGIN, agents],
          scope: ["calendar:read"],
          auth: exchangeFor("https://calendar.example", { access_token_expiration: 120, delegation: "may_act" }),
        }),
        introspector: [issuer("people", LOGIN), { ...issuer("agents", agents), user: "none" }],
        user: { ...ALICE },
        scope: "calendar:read",
        audience: "https://calendar.example",
      };
    },
  },
  {
    id: "ci",
    title: "CI job",
    story:
      "A build on GitHub Actions has no user and no stored password. Its repository and branch decide what it gets.",
    async of() {
      const actions = "https://token.actions.githubusercontent.com";
      return {
        subject: {
          iss: actions,
          sub: "repo:acme/shop:ref:refs/heads/main",
          aud: ISSUER,
          repository: "acme/shop",
          ref: "refs/heads/main",
          event_name: "push",
          actor: "alice",
          workflow: "deploy",
          run_id: "8693",
          ...times(300),
        },
        client: client("ci", {
          allowedIssuers: [actions],
          scope: ["deploy:shop"],
          auth: exchangeFor("https://deploy.example", { access_token_expiration: 120 }),
        }),
        introspector: {
          resourceType: "TokenIntrospector",
          id: "github-actions",
          type: "jwt",
          user: "none",
          audience: [ISSUER],
          claims: { repository: "acme/shop", ref: "refs/heads/main", event_name: ["push", "workflow_dispatch"] },
          copy_claims: ["repository", "run_id"],
          jwt: { iss: actions, keys: [await issuerKey("actions-1")] },
        },
        user: [],
        scope: "deploy:shop",
        audience: "https://deploy.example",
      };
    },
  },
  {
    id: "services",
    title: "Service to service",
    story: "The orders service got a token that this service issued. To ask the stock service it takes a smaller one.",
    async of() {
      const people = issuer("people", LOGIN);
      const scope = ["orders:write", "stock:read", "stock:reserve"];
      const service = client("orders-service", {
        allowedIssuers: [LOGIN],
        resource: [ORDERS],
        scope,
        auth: exchangeFor("https://stock.example", { audience: [ORDERS, "https://stock.example"] }),
      });
      const signedIn = { iss: LOGIN, sub: "alice", aud: ISSUER, scope: scope.join(" "), ...times(600) };
      return {
        subject: await issuedFor(signedIn, [service, people, ALICE], service, ORDERS),
        client: service,
        introspector: people,
        user: { ...ALICE },
        scope: "stock:read",
        audience: "https://stock.example",
      };
    },
  },
  {
    id: "stolen",
    title: "Stolen token",
    story: "A thief has Alice’s token and the app’s secret, but not the app’s key, which the token names (cnf).",
    async of() {
      return {
        subject: {
          iss: LOGIN,
          sub: "alice",
          aud: ISSUER,
          cnf: { jkt: await thumbprintOf("app") },
          scope: "orders:read orders:write",
          ...times(),
        },
        client: client("shop-app", {
          allowedIssuers: [LOGIN],
          scope: ["orders:read"],
          auth: exchangeFor(ORDERS, { access_token_expiration: 300 }),
        }),
        introspector: issuer("external-auth-server", LOGIN),
        user: { ...ALICE },
        scope: "orders:read",
        audience: ORDERS,
        prover: "app",
      };
    },
  },
];

/**
 * @param {string} id
 * @param {Record<string, unknown>} rest
 */
function client(id, rest) {
  return { resourceType: "Client", id, secret: "test", grant_types: [TOKEN_EXCHANGE], ...rest };
}

/**
 * The claims of a token that the service itself issues for a token with these: what it says of its origin nobody can make up.
 * @param {Record<string, unknown>} claims
 * @param {[Record<string, any>, Record<string, any>, Record<string, any>]} resources  the second one is the introspector
 * @param {Record<string, any>} own  the Client
 * @param {string} audience
 */
async function issuedFor(claims, resources, own, audience) {
  const signer = await signerOf(resources[1]);
  if (signer === undefined) throw new Error("The issuer's key is not in this page.");
  const send = await startService(resources);
  const subjectToken = await sign(claims, signer);
  const asked = { subjectToken, subjectType: /** @type {const} */ ("jwt"), scope: String(claims.scope), audience };
  const { body } = await send(tokenRequest({ id: own.id, secret: own.secret, ...asked }));
  const issued = decode(String(body.access_token));
  if (issued === undefined) throw new Error(`The service issued nothing: ${body.error_description}`);
  return issued.claims;
}

/**
 * @param {string} audience
 * @param {Record<string, unknown>} rest
 */
function exchangeFor(audience, rest) {
  return { token_exchange: { token_format: "jwt", audience: [audience], ...rest } };
}

/**
 * @param {string} id
 * @param {string} iss
 */
function issuer(id, iss) {
  return { resourceType: "TokenIntrospector", id, type: "jwt", jwt: { iss, secret: `${randomId()}-${randomId()}` } };
}

function times(seconds = 3600) {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now, exp: now + seconds };
}
