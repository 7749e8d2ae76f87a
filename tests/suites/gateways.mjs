// Requests letter by letter as gateways send them, which exchange their users' tokens (`how-to/gateways`). Each form says
// where it was read. They call a foreign token an access_token unless they are told otherwise: here it is a jwt.
import { issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, same } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, SECRETS, subjectToken, TRUSTED, TYPE } from "./fixture.mjs";
import { base64, mint } from "./jwt.mjs";
import { assertion } from "./private_key_jwt.mjs";
import { basic, basicRaw, FORM, goodExchange } from "./token_request.mjs";

const FOREIGN = /^The subject_token is not accepted: it is a JWT of another issuer: its token type is jwt\.$/;
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// The form of Rust's `form_urlencoded` and of Go's `url.QueryEscape`: as URLSearchParams, but for `*`, which Go escapes.
const form = (pairs) => new URLSearchParams(pairs).toString();
// Go's `url.Values.Encode` sorts by name.
const sorted = (pairs) => form(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))).replaceAll("*", "%2A");

const send = (sts, body, headers = {}) =>
  sts.fetch("/auth/token", { method: "POST", headers: { "content-type": FORM, ...headers }, body });

/** A case, after which the good request must still be answered. */
const row = (name, run) => ({ name, run: async (sts) => void (await run(sts), await servesGood(sts)) });

async function issued(response, expected) {
  const { answer, claims } = await issuedBy(response);
  // What each of them looks at.
  equal(answer.token_type, "Bearer", "token_type");
  equal(answer.issued_token_type, TYPE.accessToken, "issued_token_type");
  same(Object.fromEntries(Object.keys(expected).map((name) => [name, claims[name]])), expected, "claims");
}

const alice = { sub: "alice", client_id: "c1", aud: "orders", scope: "read" };
const refusedForeign = async (response) => refusedBy(response, { error: "invalid_request", says: FOREIGN });

/** A token of this service, which is an access_token here. */
async function ownToken(sts) {
  return (await issuedBy(await (await goodExchange(sts)).send(sts))).answer.access_token;
}

// agentgateway, crates/agentgateway/src/http/auth/oauth/transport.rs (build_token_request_form) and http/oauth.rs
// (encode_client_secret_basic) at 75b4e6ce6e0e1ac7959d5548ebe8dbeaede4f180
const agentgateway = (token, type = TYPE.jwt, more = []) =>
  form([["grant_type", EXCHANGE], ["subject_token", token], ["subject_token_type", type], ...more]);
const accept = { accept: "application/json" };

// Envoy AI Gateway: docs/proposals/010-mcp-token-exchange/proposal.md at c217da8a539570ba3f6014a60c2687c29a945f1f takes the
// module "token-exchange" of tetratelabs/built-on-envoy, extensions/composer/token-exchange/config.go (parseConfig,
// stsPostBody) at b911ffa968e1ddcb9d12180285e1e31be30cf4a0: the sorted form, then the token
const envoy = (token, type, more = []) =>
  `${sorted([["grant_type", EXCHANGE], ["subject_token_type", type], ...more])}&${form([["subject_token", token]])}`;

// kubernetes-mcp-server, pkg/tokenexchange/rfc8693_exchanger.go and exchanger.go (injectClientAuth) at
// 55749981693f71c9f9a573bfab229eccd4f124ea; the token type from its pull request 1378, the endpoint (`sts_token_url`, now
// `token_exchange.token_url`) from 1392 and 1431
const kubernetesMcp = (token, type, credentials) =>
  sorted([
    ...[
      ["grant_type", EXCHANGE],
      ["subject_token", token],
      ["subject_token_type", type],
      ["audience", "orders"],
    ],
    ...[["requested_token_type", TYPE.accessToken], ["scope", "read"], ...credentials],
  ]);

// AWS documents what Bedrock AgentCore sends and not its order: on-behalf-of-token-exchange and client-auth-methods of the
// developer guide; the members in botocore 1.44.8, bedrock-agentcore (GetResourceOauth2Token: scopes, audiences, resources)
// and bedrock-agentcore-control (ClientAuthenticationMethodType, ActorTokenContentType)
const agentCore = (token, type, more = []) =>
  form([
    ...[
      ["grant_type", EXCHANGE],
      ["subject_token", token],
      ["subject_token_type", type],
      ["scope", "read"],
    ],
    ...[["audience", "orders"], ...more],
  ]);

export default [
  row("agentgateway: clientSecretBasic, audiences and scopes", async (sts) => {
    const body = agentgateway(await subjectToken(sts), TYPE.jwt, [
      ["audience", "orders"],
      ["scope", "read"],
    ]);
    await issued(await send(sts, body, { ...accept, authorization: basic("c1") }), alice);
  }),
  row("agentgateway: clientSecretPost, requestedTokenType and resources", async (sts) => {
    const body = agentgateway(await subjectToken(sts), TYPE.jwt, [
      ["requested_token_type", TYPE.accessToken],
      ["scope", "read write"],
      ["resource", "https://api.example/"],
      ["client_id", "c1"],
      ["client_secret", SECRETS.c1],
    ]);
    await issued(await send(sts, body, accept), { ...alice, aud: "https://api.example/", scope: "read write" });
  }),
  row("agentgateway: privateKeyJwt", async (sts) => {
    const body = agentgateway(await subjectToken(sts), TYPE.jwt, [
      ["scope", "read"],
      ["client_id", "cj"],
      ["client_assertion_type", JWT_BEARER],
      ["client_assertion", await assertion(sts)],
    ]);
    await issued(await send(sts, body, accept), { ...alice, client_id: "cj" });
  }),
  row("agentgateway: an actor token", async (sts) => {
    const actor = await subjectToken(sts, { sub: "agent" }, TRUSTED.workload);
    const body = form([
      ...[
        ["grant_type", EXCHANGE],
        ["subject_token", await subjectToken(sts)],
        ["subject_token_type", TYPE.jwt],
      ],
      ...[
        ["actor_token", actor],
        ["actor_token_type", TYPE.jwt],
        ["scope", "read"],
      ],
    ]);
    const act = { iss: TRUSTED.workload.iss, sub: "agent" };
    await issued(await send(sts, body, { ...accept, authorization: basic("cy") }), { sub: "alice", act });
  }),
  row("agentgateway: its default type is for tokens of this service", async (sts) => {
    const headers = { ...accept, authorization: basic("c1") };
    await refusedForeign(await send(sts, agentgateway(await subjectToken(sts), TYPE.accessToken), headers));
    await issued(await send(sts, agentgateway(await ownToken(sts), TYPE.accessToken), headers), alice);
  }),

  row("Envoy AI Gateway: credentials that are not encoded, the token at the end", async (sts) => {
    const body = envoy(await subjectToken(sts), TYPE.jwt, [
      ["requested_token_type", TYPE.accessToken],
      ["audience", "orders"],
      ["scope", "read"],
    ]);
    await issued(await send(sts, body, { authorization: basicRaw("c1") }), alice);
  }),
  row("Envoy AI Gateway: resource beside audience, and an actor token", async (sts) => {
    const actor = await subjectToken(sts, { sub: "gateway" }, TRUSTED.workload);
    const body = envoy(await subjectToken(sts), TYPE.jwt, [
      ...[
        ["scope", "read"],
        ["actor_token", actor],
        ["actor_token_type", TYPE.jwt],
      ],
    ]);
    const act = { iss: TRUSTED.workload.iss, sub: "gateway" };
    await issued(await send(sts, body, { authorization: basicRaw("cy") }), { sub: "alice", act });
    const both = envoy(await subjectToken(sts), TYPE.jwt, [
      ...[
        ["audience", "orders"],
        ["resource", "https://api.example/"],
        ["scope", "read"],
      ],
    ]);
    const aud = ["orders", "https://api.example/"];
    const answer = await issuedBy(await send(sts, both, { authorization: basicRaw("c1") }));
    same([answer.claims.aud].flat().toSorted(), aud.toSorted(), "aud");
  }),
  row("Envoy AI Gateway: its default type is for tokens of this service", async (sts) => {
    const headers = { authorization: basicRaw("c1") };
    await refusedForeign(await send(sts, envoy(await subjectToken(sts), TYPE.accessToken), headers));
    await issued(await send(sts, envoy(await ownToken(sts), TYPE.accessToken), headers), alice);
  }),

  row("kubernetes-mcp-server: auth_style params", async (sts) => {
    const credentials = [
      ["client_id", "c1"],
      ["client_secret", SECRETS.c1],
    ];
    await issued(await send(sts, kubernetesMcp(await subjectToken(sts), TYPE.jwt, credentials)), alice);
    await refusedForeign(await send(sts, kubernetesMcp(await subjectToken(sts), TYPE.accessToken, credentials)));
    await issued(await send(sts, kubernetesMcp(await ownToken(sts), TYPE.accessToken, credentials)), alice);
  }),
  row("kubernetes-mcp-server: auth_style header, credentials that are not encoded", async (sts) => {
    const headers = { authorization: `Basic ${base64(`c1:${SECRETS.c1}`)}` };
    await issued(await send(sts, kubernetesMcp(await subjectToken(sts), TYPE.jwt, []), headers), alice);
  }),
  row("kubernetes-mcp-server: auth_style assertion", async (sts) => {
    const credentials = [
      ["client_id", "cj"],
      ["client_assertion_type", JWT_BEARER],
      ["client_assertion", await assertion(sts)],
    ];
    const body = kubernetesMcp(await subjectToken(sts), TYPE.jwt, credentials);
    await issued(await send(sts, body), { ...alice, client_id: "cj" });
  }),
  row("kubernetes-mcp-server: auth_style federated, a token of the cluster", async (sts) => {
    await federated(sts, "system:serviceaccount:mcp:server", async (workload) => {
      const credentials = [
        ["client_id", "federated-gateway"],
        ["client_assertion_type", JWT_BEARER],
        ["client_assertion", workload],
      ];
      const body = kubernetesMcp(await subjectToken(sts), TYPE.jwt, credentials);
      await issued(await send(sts, body), { ...alice, client_id: "federated-gateway" });
    });
  }),

  row("AgentCore: CLIENT_SECRET_BASIC and CLIENT_SECRET_POST", async (sts) => {
    const token = await subjectToken(sts);
    await issued(await send(sts, agentCore(token, TYPE.jwt), { authorization: basic("c1") }), alice);
    const credentials = [
      ["client_id", "c1"],
      ["client_secret", SECRETS.c1],
    ];
    await issued(await send(sts, agentCore(token, TYPE.jwt, credentials)), alice);
    await refusedForeign(await send(sts, agentCore(token, TYPE.accessToken), { authorization: basic("c1") }));
    await issued(
      await send(sts, agentCore(await ownToken(sts), TYPE.accessToken), { authorization: basic("c1") }),
      alice,
    );
  }),
  row("AgentCore: a token of AWS as the client's assertion and as the actor", async (sts) => {
    const role = "arn:aws:iam::123456789012:role/agent";
    await federated(sts, role, async (workload) => {
      const body = agentCore(await subjectToken(sts), TYPE.jwt, [
        ...[
          ["actor_token", workload],
          ["actor_token_type", TYPE.jwt],
          ["client_id", "federated-gateway"],
        ],
        ...[
          ["client_assertion_type", JWT_BEARER],
          ["client_assertion", workload],
        ],
      ]);
      const act = { iss: TRUSTED.workload.iss, sub: role };
      await issued(await send(sts, body), { ...alice, client_id: "federated-gateway", act });
    });
  }),
];

/** A Client whose secret is a token that another issuer made for a workload. */
async function federated(sts, sub, run) {
  const client = {
    ...{ resourceType: "Client", id: "federated-gateway", grant_types: [EXCHANGE], scope: ["read"] },
    allowedIssuers: [TRUSTED.main.iss, TRUSTED.workload.iss],
    federated: [{ iss: TRUSTED.workload.iss, sub }],
    auth: { token_exchange: { token_format: "jwt", audience: ["orders"], delegation: "any" } },
  };
  const administer = (method, body) =>
    sts.fetch("/Client/federated-gateway", {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const response = await administer("PUT", client);
  equal(response.status, 201, await response.text());
  try {
    const now = sts.now();
    const claims = { iss: TRUSTED.workload.iss, sub, aud: "https://sts.example", iat: now, exp: now + 600 };
    await run(await mint(claims, TRUSTED.workload.secret));
  } finally {
    await administer("DELETE");
  }
}
