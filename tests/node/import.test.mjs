// `npx edge-sts import`: what Google, Vault, AWS and Kubernetes have, as resources; and exchanges that show whom they let in.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createSts, OAuthError } from "edge-sts";
import { parseYaml } from "../../dist/cli/import/yaml.js";
import { mint } from "../suites/jwt.mjs";
import { TYPE } from "../suites/fixture.mjs";
import { edgeSts } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-import-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const STS = "https://sts.example";
const SECRET = "planted secret of every issuer in this file, long enough";

function file(name, content) {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return name;
}

/** `content`: of the file, an object or a text. Checks the result as the user would. */
async function imported(format, content, options = [], expected = 3) {
  const { code, stdout, stderr } = await edgeSts(["import", `--${format}`, file(`${format}.in`, content), ...options], {
    cwd: folder,
  });
  assert.equal(code, expected, stderr);
  file("result.json", stdout);
  const check = await edgeSts(["check", "result.json"], { cwd: folder });
  assert.equal(check.code, 0, check.stderr);
  return { resources: JSON.parse(stdout), told: stderr };
}

/** Nothing is written, and why. */
async function refused(format, content, says, options = []) {
  const { code, stdout, stderr } = await edgeSts(["import", `--${format}`, file(`${format}.in`, content), ...options], {
    cwd: folder,
  });
  assert.equal(code, 1, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, says);
}

/** The service with these resources: only the issuers' keys are others. */
async function service(resources) {
  const client = resources.find(({ resourceType }) => resourceType === "Client");
  const own = resources.map((resource) => {
    if (resource.resourceType !== "TokenIntrospector") return resource;
    const { discovery: _discovery, jwks_uri: _uri, algorithms: _algorithms, jwt, ...members } = resource;
    return { ...members, jwt: { iss: jwt.iss, secret: SECRET } };
  });
  const k = Buffer.from("a signing key of at least 32 bytes: 0123").toString("base64url");
  const signingKeys = { keys: [{ kty: "oct", alg: "HS256", kid: "1", k }] };
  const sts = await createSts({ issuer: STS, signingKeys, resources: own, onEvent: () => undefined });
  return async (claims) => {
    const now = Math.floor(Date.now() / 1000);
    const subject_token = await mint({ iat: now, exp: now + 600, ...claims }, SECRET);
    const { access_token } = await sts.exchange({ client_id: client.id, subject_token, subject_token_type: TYPE.jwt });
    return JSON.parse(Buffer.from(access_token.split(".")[1], "base64url"));
  };
}

/** The good claims get in; each change keeps them out, for the reason that its rule has. */
async function lets(resources, good, changes, reason = "subject_token.condition_failed") {
  const exchange = await service(resources);
  const issued = await exchange(good);
  for (const change of changes) {
    await assert.rejects(exchange({ ...good, ...change }), (error) => {
      assert.ok(error instanceof OAuthError, error.message);
      assert.equal(error.reason, reason, JSON.stringify(change));
      return true;
    });
  }
  await exchange(good);
  return issued;
}

const GITHUB = "https://token.actions.githubusercontent.com";

describe("import --google", () => {
  // The shape of `gcloud iam workload-identity-pools providers describe --format=json`
  const provider = {
    name: "projects/123456789/locations/global/workloadIdentityPools/ci/providers/github",
    displayName: "GitHub",
    state: "ACTIVE",
    attributeMapping: {
      "google.subject": "assertion.repository + '@' + assertion.ref.extract('/heads/{branch}')",
      "attribute.repository_owner": "assertion.repository_owner",
      "attribute.actor": "assertion.actor",
    },
    attributeCondition: "attribute.repository_owner == 'acme' && assertion.repository_id in ['74', \"75\"]",
    oidc: { issuerUri: GITHUB, allowedAudiences: [STS] },
  };
  const good = {
    ...{ iss: GITHUB, sub: "repo:acme/shop:ref:refs/heads/main", aud: STS, actor: "octocat" },
    ...{ repository: "acme/shop", repository_owner: "acme", repository_id: "74", ref: "refs/heads/main" },
  };

  test("condition, mapping, subject and audience", async () => {
    const { resources } = await imported("google", provider);
    const [introspector, client] = resources;
    assert.equal(client.auth.token_exchange.provider, `//iam.googleapis.com/${provider.name}`);
    assert.equal(introspector.condition.at(-1).expression, provider.attributeCondition);
    const issued = await lets(resources, good, [
      { repository_owner: "evil" },
      { repository_id: "76" },
      { repository_id: undefined },
      // A mapping without a value refuses a token at Google, too.
      { actor: undefined },
    ]);
    assert.equal(issued.sub, "acme/shop@main");
    await lets(resources, good, [{ aud: "https://iam.googleapis.com/other" }], "subject_token.audience_mismatch");
    await lets(resources, good, [{ ref: undefined }], "subject_token.subject_malformed");
  });

  test("as YAML, which gcloud prints by itself; google.* in the condition, and not in its texts", async () => {
    const yaml = `attributeCondition: "'admins' in google.groups && google.subject != 'google.subject'"
attributeMapping:
  google.groups: assertion.groups
  google.subject: assertion.sub
name: ${provider.name}
oidc:
  allowedAudiences:
  - ${STS}
  issuerUri: https://login.example/
state: ACTIVE
`;
    const { resources } = await imported("google", yaml);
    const condition = resources[0].condition.at(-1).expression;
    assert.equal(condition, "'admins' in attribute.google_groups && attribute.google_subject != 'google.subject'");
    const user = { iss: "https://login.example/", sub: "alice", aud: STS, groups: ["admins"] };
    await lets(resources, user, [{ groups: ["users"] }, { groups: undefined }, { sub: "google.subject" }]);
  });

  test("the audience of a provider that names none, and --audience in its place", async () => {
    const without = { ...provider, oidc: { issuerUri: GITHUB } };
    const [own] = (await imported("google", without)).resources;
    assert.deepEqual(own.audience, [
      `//iam.googleapis.com/${provider.name}`,
      `https://iam.googleapis.com/${provider.name}`,
    ]);
    // The user's own word: then nothing is left to tell.
    const options = ["--audience", STS, "--scope", "deploy", "--target", "x"];
    const { resources, told } = await imported("google", provider, options, 0);
    assert.equal(told, "");
    assert.deepEqual(resources[0].audience, [STS]);
    assert.deepEqual(resources[1].scope, ["deploy"]);
    assert.deepEqual(resources[1].auth.token_exchange.audience, ["x"]);
  });

  test("nothing is written for what CEL has and this service has not", async () => {
    for (const [condition, says] of [
      ["assertion.ref.matches('^refs/heads/.*$')", /attributeCondition: .*"matches" is not supported/],
      ["assertion.groups.exists(g, g == 'a')", /attributeCondition: .*"exists" is not supported/],
      [
        "attribute.missing == 'x' && request.time < timestamp('2027-01-01T00:00:00Z')",
        /attributeCondition: .*at [0-9]+/,
      ],
    ]) {
      await refused("google", { ...provider, attributeCondition: condition }, says);
    }
    const mapping = { "google.subject": "assertion.sub.split(':', 2)[0]" };
    await refused(
      "google",
      { ...provider, attributeCondition: "", attributeMapping: mapping },
      /attributeMapping\.google\.subject/,
    );
    await refused("google", { ...provider, oidc: undefined, aws: { accountId: "1" } }, /aws: Only OIDC providers/);
    await refused("google", { ...provider, allowedThings: ["a"] }, /allowedThings: It is not known here/);
    // A mapping that no condition reads restricts nobody.
    const unread = { ...provider.attributeMapping, "attribute.x": "assertion.x.matches('a') ? 'a' : 'b'" };
    const { told } = await imported("google", { ...provider, attributeMapping: unread });
    assert.match(told, /attributeMapping\.attribute\.x: .*"matches"/);
  });

  test("a provider that is disabled, one without a condition, one with keys; the clients' configuration", async () => {
    const config = {
      universe_domain: "googleapis.com",
      type: "external_account",
      audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: "https://sts.googleapis.com/v1/token",
      service_account_impersonation_url: "https://iamcredentials.googleapis.com/v1/x:generateAccessToken",
      credential_source: { file: "/var/run/token", format: { type: "text" } },
    };
    const jwk = { kty: "OKP", crv: "Ed25519", kid: "k", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
    const changed = {
      ...{ ...provider, disabled: true, attributeCondition: undefined },
      oidc: { ...provider.oidc, jwksJson: JSON.stringify({ keys: [jwk] }) },
    };
    const options = ["--config", file("config.json", config)];
    const { resources, told } = await imported("google", changed, options);
    assert.equal(resources[1].active, false);
    assert.equal(resources[1].auth.token_exchange.provider, config.audience);
    assert.deepEqual(resources[0].jwt.keys, [{ format: "jwk", jwk }]);
    assert.match(told, /attributeCondition: It says nothing about who gets in/);
    assert.match(told, /config\.service_account_impersonation_url/);
  });
});

describe("import --vault", () => {
  // The shape of `vault read -format=json auth/jwt/role/deploy`
  const role = {
    ...{ role_type: "jwt", user_claim: "project_path", user_claim_json_pointer: false, bound_audiences: [STS] },
    ...{ bound_subject: "", bound_claims_type: "glob", groups_claim: "", claim_mappings: { job_id: "job" } },
    bound_claims: { project_id: ["20", "21"], ref: "release/*-hotfix", "/nested/level": "prod" },
    ...{ token_policies: ["deploy"], token_ttl: 600, token_max_ttl: 0, token_bound_cidrs: [], token_num_uses: 0 },
    ...{ expiration_leeway: 0, not_before_leeway: 0, clock_skew_leeway: 0, max_age: 0, verbose_oidc_logging: false },
  };
  const answer = (data) => ({
    request_id: "1",
    lease_id: "",
    lease_duration: 0,
    renewable: false,
    data,
    warnings: null,
  });
  const config = (members = {}) =>
    file(
      "auth.json",
      answer({ oidc_discovery_url: "https://gitlab.com", bound_issuer: "https://gitlab.com", ...members }),
    );
  const good = {
    ...{ iss: "https://gitlab.com", sub: "project_path:acme/shop", aud: STS, project_id: "20", job_id: "9" },
    ...{ ref: "release/2/3-hotfix", project_path: "acme/shop", nested: { level: "prod" } },
  };

  test("bound claims with globs, lists and JSON pointers; user_claim, metadata, lifetime", async () => {
    const { resources, told } = await imported("vault", answer(role), ["--config", config()]);
    assert.match(told, /data\.token_policies: Policies have no counterpart/);
    const issued = await lets(resources, good, [
      { project_id: "22" },
      // `*` of Vault's goes over a /, and holds to both ends.
      { ref: "release/2" },
      { ref: "x/release/2-hotfix" },
      { nested: { level: "dev" } },
      { nested: undefined },
      { project_id: 20 },
      // The name of a member is no value.
      { project_id: { 20: true } },
    ]);
    assert.equal(issued.sub, "acme/shop");
    assert.equal(issued.job, "9");
    assert.ok(issued.exp - issued.iat <= 600);
    // A list in the token is met by one of its values.
    await (
      await service(resources)
    )({ ...good, project_id: ["1", "21"] });
    assert.equal(resources[1].auth.token_exchange.access_token_expiration, 600);
  });

  test("exact values: a * is a *", async () => {
    const { resources } = await imported(
      "vault",
      { ...role, bound_claims_type: "string", bound_claims: { ref: "release/*", ok: true }, bound_subject: "it's" },
      ["--config", config()],
    );
    const exact = { ...good, ref: "release/*", ok: true, sub: "it's" };
    await lets(resources, exact, [{ ref: "release/1" }, { ok: "true" }, { sub: "its" }]);
  });

  test("what restricts and cannot be said keeps it from being written; --leave-out is the user's own word", async () => {
    const options = ["--config", config()];
    for (const [change, says] of [
      [{ token_bound_cidrs: ["10.0.0.0/8"] }, /data\.token_bound_cidrs: Addresses/],
      [{ token_num_uses: 1 }, /data\.token_num_uses/],
      [{ role_type: "oidc" }, /data\.role_type: It must be jwt/],
      [{ role_type: undefined }, /data\.role_type: It must be jwt/],
      [{ bound_claims: { ref: "a?b*c*d" } }, /data\.bound_claims\.ref/],
      [{ bound_claims: { "/list/0": "a" } }, /data\.bound_claims\.\/list\/0/],
      [{ clock_skew_leeway: -1 }, /data\.clock_skew_leeway/],
      [{ bound_everything: 1 }, /data\.bound_everything: It is not known here/],
    ]) {
      await refused("vault", answer({ ...role, ...change }), says, options);
    }
    const cidrs = answer({ ...role, token_bound_cidrs: ["10.0.0.0/8"] });
    const { told } = await imported("vault", cidrs, [...options, "--leave-out", "data.token_bound_cidrs"]);
    assert.match(told, /data\.token_bound_cidrs: It is left out, as asked/);
    await refused("vault", answer(role), /nothing to leave out/, [...options, "--leave-out", "data.nothing"]);
  });

  test("the issuer: discovery, a key set, keys, or an option", async () => {
    await refused("vault", role, /Whose tokens are meant/);
    await refused("vault", role, /config\.data\.oidc_discovery_url/, [
      "--config",
      config({ bound_issuer: "https://other.example" }),
    ]);
    const uri = config({ oidc_discovery_url: "", jwks_url: "https://ci.example/keys", jwt_supported_algs: ["ES256"] });
    const [introspector] = (await imported("vault", role, ["--config", uri])).resources;
    assert.equal(introspector.jwks_uri, "https://ci.example/keys");
    assert.deepEqual(introspector.algorithms, ["ES256"]);
    const [other] = (await imported("vault", role, ["--issuer", "https://ci.example"])).resources;
    assert.equal(other.jwt.iss, "https://ci.example");
    assert.equal(other.discovery, true);
  });
});

describe("import --aws", () => {
  const PROVIDER = "token.actions.githubusercontent.com";
  const statement = (condition, members = {}) => ({
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${PROVIDER}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: condition,
    ...members,
  });
  const aud = { [`${PROVIDER}:aud`]: STS };
  const sub = (value) => ({ [`${PROVIDER}:sub`]: value });
  const policy = (...statements) => ({ Version: "2012-10-17", Statement: statements });
  const good = { iss: GITHUB, aud: STS, sub: "repo:acme/shop:ref:refs/heads/main" };
  const deploy = statement({ StringEquals: aud, StringLike: sub("repo:acme/*:ref:refs/heads/main") });

  test("StringLike: a * in the middle goes over a /, and holds to both ends", async () => {
    const { resources } = await imported("aws", {
      Role: { RoleName: "deploy", Path: "/", AssumeRolePolicyDocument: policy(deploy) },
    });
    assert.equal(resources.at(-1).id, "deploy");
    await lets(resources, good, [
      { sub: "repo:acme/shop:ref:refs/heads/main-x" },
      { sub: "repo:evil/shop:ref:refs/heads/main" },
      { sub: "xrepo:acme/shop:ref:refs/heads/main" },
      // AWS compares azp where a token has it.
      { azp: "other" },
    ]);
    await lets(resources, { ...good, sub: "repo:acme/a/b:ref:refs/heads/main" }, []);
    await lets(resources, good, [{ aud: "sts.amazonaws.com" }], "subject_token.audience_mismatch");
  });

  test("several statements: one is enough, each with its own audience", async () => {
    const other = statement({
      StringEquals: { [`${PROVIDER}:aud`]: "https://other.example", ...sub("repo:acme/b:ref:refs/heads/main") },
    });
    const { resources } = await imported("aws", policy(deploy, other));
    await lets(resources, { ...good, aud: "https://other.example", sub: "repo:acme/b:ref:refs/heads/main" }, [
      { sub: "repo:acme/shop:ref:refs/heads/main" },
    ]);
    await lets(resources, good, [{ sub: "repo:acme/b:pull_request" }]);
  });

  test("Deny ends what Allow let in, also for everybody", async () => {
    const deny = (condition, Principal) => ({
      Sid: "No",
      Effect: "Deny",
      Principal,
      Action: "sts:*",
      Condition: condition,
    });
    for (const principal of ["*", { AWS: "*" }, { Federated: "*" }, deploy.Principal]) {
      const { resources } = await imported(
        "aws",
        policy(
          deploy,
          deny({ StringLike: sub("*:acme/secret*"), StringEquals: { [`${PROVIDER}:actor`]: "mallory" } }, principal),
        ),
      );
      const secret = { ...good, sub: "repo:acme/secret:ref:refs/heads/main" };
      await lets(resources, { ...secret, actor: "alice" }, [{ actor: "mallory" }]);
      // Without the claim a Deny says nothing.
      await lets(resources, secret, []);
    }
    const { resources } = await imported("aws", policy(deploy, deny(undefined, "*"))); // nobody
    await assert.rejects((await service(resources))(good), { reason: "subject_token.condition_failed" });
    await refused(
      "aws",
      policy(deploy, deny({ StringLike: sub("a?c") }, "*")),
      /Statement\[1\]\.Condition\.StringLike/,
    );
    await refused(
      "aws",
      policy(deploy, deny({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, "*")),
      /aws:SourceIp: It is not a claim/,
    );
    await refused(
      "aws",
      policy(deploy, { ...deny({}, "*"), Principal: undefined, NotPrincipal: deploy.Principal }),
      /NotPrincipal/,
    );
  });

  test("negations, sets, IfExists, Null, Bool, case", async () => {
    const key = (name, value) => ({ [`${PROVIDER}:${name}`]: value });
    const cases = [
      [
        { StringNotEquals: key("actor", ["mallory", "eve"]) },
        [{}, { actor: "alice" }],
        [{ actor: "eve" }, { actor: ["alice"] }],
      ],
      [{ StringNotLike: key("actor", "*-bot") }, [{}, { actor: "bot-x" }], [{ actor: "a/b-bot" }]],
      [
        { "ForAnyValue:StringEquals": key("amr", ["mfa"]) },
        [{ amr: ["pwd", "mfa"] }, { amr: "mfa" }],
        [{ amr: ["pwd"] }, {}, { amr: { mfa: 1 } }],
      ],
      [
        { "ForAnyValue:StringLike": sub(["repo:acme/shop:*", "x"]) },
        [{}],
        [{ sub: "repo:acme/b:ref:refs/heads/main" }],
      ],
      // There a token without the claim would meet it.
      [
        { "ForAllValues:StringEquals": key("env", ["prod"]) },
        [{ env: "prod" }],
        [{}, { env: "dev" }, { env: ["prod", "dev"] }],
      ],
      [{ StringEqualsIfExists: key("env", "prod") }, [{}, { env: "prod" }], [{ env: "dev" }]],
      [{ Null: key("env", "true") }, [{}], [{ env: "x" }]],
      [{ Null: key("env", false) }, [{ env: "x" }], [{}]],
      [
        { Bool: key("email_verified", "true") },
        [{ email_verified: true }, { email_verified: "true" }],
        [{ email_verified: false }, {}],
      ],
      [{ StringEqualsIgnoreCase: key("org", "Acme") }, [{ org: "ACME" }], [{ org: "acm" }]],
      [{ StringLike: key("org", "a?m") }, [{ org: "acm" }], [{ org: "am" }, { org: "a/m" }, { org: "accm" }]],
      [
        { StringEquals: key("https://example.com/t", 'it\'s \\ "1"') },
        [{ "https://example.com/t": 'it\'s \\ "1"' }],
        [{}],
      ],
    ];
    for (const [condition, good_, bad] of cases) {
      const merged = structuredClone(deploy);
      for (const [operator, keys] of Object.entries(condition)) {
        merged.Condition[operator] = { ...merged.Condition[operator], ...keys };
      }
      const { resources } = await imported("aws", policy(merged));
      for (const members of good_)
        await lets(
          resources,
          { ...good, ...members },
          bad.map((one) => ({ ...members, ...cleared(members), ...one })),
        );
    }
  });

  test("what cannot be said takes its whole statement with it; with none left nothing is written", async () => {
    for (const [bad, says] of [
      [
        statement({ ...deploy.Condition, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }),
        /aws:SourceIp: It is not a claim/,
      ],
      [statement({ StringLike: sub("repo:${aws:username}/*") }), /Policy variables/],
      [statement({ NumericLessThan: { [`${PROVIDER}:n`]: "5" } }), /NumericLessThan/],
      [statement({ StringNotLike: sub("a?c") }), /StringNotLike/],
      [statement(deploy.Condition, { Principal: undefined, NotPrincipal: { AWS: "*" } }), /NotPrincipal/],
      [statement({}, { Principal: { AWS: "arn:aws:iam::1:root" } }), /Statement/],
      [statement({}, { Principal: { Federated: "arn:aws:iam::1:saml-provider/x" } }), /Only OIDC providers/],
      [statement({}, { Action: "sts:AssumeRole" }), /not about AssumeRoleWithWebIdentity/],
    ]) {
      const { resources, told } = await imported("aws", policy(deploy, bad));
      assert.match(told, says);
      await lets(resources, good, [{ sub: "repo:acme/shop:pull_request" }]);
      await refused("aws", policy(bad), /Statement: None of them lets in/);
    }
  });

  test("no condition on sub, every owner, two providers", async () => {
    const open = await imported("aws", policy(statement({ StringEquals: aud })));
    assert.match(open.told, /One of them says nothing about who gets in/);
    const owner = await imported(
      "aws",
      policy(statement({ StringEquals: aud, StringLike: sub("repo:*/*:ref:refs/heads/acme") })),
    );
    assert.match(owner.told, /in the place of the owner/);
    const google = {
      ...{
        Effect: "Allow",
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Principal: { Federated: "accounts.google.com" },
      },
      Condition: { StringEquals: { "accounts.google.com:aud": STS, "accounts.google.com:sub": "107" } },
    };
    const { resources } = await imported("aws", policy(deploy, google));
    await lets(resources, { iss: "https://accounts.google.com", aud: STS, sub: "107" }, [{ sub: good.sub }]);
    await lets(resources, good, [{ sub: "107" }]);
  });
});

function cleared(members) {
  return Object.fromEntries(Object.keys(members).map((name) => [name, undefined]));
}

describe("import --kubernetes", () => {
  const yaml = (jwt, version = "v1") => `---
# kube-apiserver --authentication-config
apiVersion: apiserver.config.k8s.io/${version}
kind: AuthenticationConfiguration
jwt:
${jwt}`;
  const issuer = `- issuer:
    url: https://login.example
    audiences: [${STS}, other]
    audienceMatchPolicy: MatchAny
`;
  const whole = `${issuer}  claimValidationRules:
  - claim: hd
    requiredValue: example.com
  - expression: 'claims.exp - claims.nbf <= 86400'
    message: total token lifetime must not exceed 24 hours
  - expression: >-
      has(claims.act) == false
      && claims["https://example/org"] == 'ORG'
  claimMappings:
    username:
      claim: sub
      prefix: "oidc:"
    groups:
      claim: groups
      prefix: ""
    uid:
      claim: sub
    extra:
    - key: 'example.com/tenant'
      valueExpression: claims.tenant
  userValidationRules:
  - expression: "!user.username.startsWith('system:')"
    message: username cannot use reserved system prefix
  - expression: "!('system:masters' in user.groups)"
`;
  const now = Math.floor(Date.now() / 1000);
  const good = {
    ...{ iss: "https://login.example", sub: "alice", aud: ["x", STS], nbf: now, hd: "example.com", tenant: "t1" },
    ...{ groups: ["dev"], "https://example/org": "ORG" },
  };

  test("rules, mappings with a prefix, rules for the user", async () => {
    const { resources, told } = await imported("kubernetes", yaml(whole));
    assert.match(told, /jwt\[0\]\.claimMappings\.groups: Groups are for RBAC/);
    const issued = await lets(resources, good, [
      { hd: "example.org" },
      { hd: ["example.com"] },
      { nbf: now - 90_000 },
      { act: { sub: "x" } },
      { "https://example/org": "other" },
      { groups: ["system:masters"] },
    ]);
    assert.equal(issued.sub, "oidc:alice");
    assert.equal(issued["example.com/tenant"], "t1");
    await lets(resources, { ...good, groups: undefined }, []);
    await lets(resources, good, [{ aud: "x" }], "subject_token.audience_mismatch");
  });

  test("a user name without a prefix that must not begin like the system's; an address must be verified", async () => {
    const email = `${issuer}  claimMappings:
    username: { claim: email, prefix: "" }
  userValidationRules:
  - expression: "!user.username.startsWith('system:')"
`;
    const { resources } = await imported("kubernetes", yaml(email, "v1beta1"));
    const user = { ...good, email: "system@example.com", email_verified: true };
    const issued = await lets(resources, user, [
      { email: "system:admin" },
      { email: undefined },
      { email_verified: false },
      { email_verified: "true" },
    ]);
    assert.equal(issued.sub, "system@example.com");
    await lets(resources, { ...user, email_verified: undefined }, []);
  });

  test("two issuers, as JSON", async () => {
    const jwt = ["https://a.example", "https://b.example"].map((url, index) => ({
      issuer: { url, audiences: [STS] },
      claimValidationRules: [{ claim: "team", requiredValue: String(index) }],
      claimMappings: { username: { expression: "'u:' + claims.name" } },
    }));
    const { resources } = await imported("kubernetes", {
      apiVersion: "apiserver.config.k8s.io/v1",
      kind: "AuthenticationConfiguration",
      jwt,
    });
    const user = { iss: "https://b.example", sub: "1", name: "bob", aud: STS, team: "1" };
    assert.equal((await lets(resources, user, [{ team: "0" }, { iss: "https://a.example" }])).sub, "u:bob");
  });

  test("what restricts and cannot be said keeps it from being written", async () => {
    for (const [text, says] of [
      [
        whole.replace("claims.exp - claims.nbf <= 86400", "claims.roles.exists(r, r == 1)"),
        /jwt\[0\]\.claimValidationRules\[1\]: .*"exists"/,
      ],
      [
        whole.replace("!user.username.startsWith('system:')", "user.groups.all(g, !g.startsWith('system:'))"),
        /jwt\[0\]\.userValidationRules\[0\]: /,
      ],
      [whole.replace("!user.username.startsWith('system:')", "user.extra['a'] == 'b'"), /user\.extra/],
      [
        whole.replace("    audienceMatchPolicy", "    discoveryURL: https://in.cluster/d\n    audienceMatchPolicy"),
        /discoveryURL: .*--jwks-uri/,
      ],
      [
        whole.replace('      claim: sub\n      prefix: "oidc:"', "      expression: \"claims.sub.replace('a', 'b')\""),
        /claimMappings\.username\.expression/,
      ],
      [whole.replace("MatchAny", "MatchAll"), /audienceMatchPolicy/],
      [
        whole.replace("  claimMappings", "  claimLimits: {}\n  claimMappings"),
        /jwt\[0\]\.claimLimits: It is not known here/,
      ],
    ]) {
      await refused("kubernetes", yaml(text), says);
    }
    await refused("kubernetes", yaml(whole).replace("kind: A", "kind: Other_A"), /kind: It must be/);
    const uri = whole.replace(
      "    audienceMatchPolicy",
      "    discoveryURL: https://in.cluster/d\n    audienceMatchPolicy",
    );
    const [introspector] = (await imported("kubernetes", yaml(uri), ["--jwks-uri", "https://keys.example/jwks"]))
      .resources;
    assert.equal(introspector.jwks_uri, "https://keys.example/jwks");
  });
});

describe("import", () => {
  test("used wrongly", async () => {
    for (const parameters of [
      [],
      ["--aws", "a", "--vault", "b"],
      ["--aws", "a", "--config", "b"],
      ["--aws", "a", "--issuer", "b"],
    ]) {
      const { code, stdout } = await edgeSts(["import", ...parameters], { cwd: folder });
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    }
    await refused("aws", "planted: [", /aws\.in: line [0-9]+: /);
    await refused("aws", '{"a": 1, "a": 2}', /aws\.in: /);
    await refused("aws", "- a", /It must hold one object/);
  });

  test("--output writes to a new file only", async () => {
    const provider = {
      name: "a",
      attributeMapping: { "google.subject": "assertion.sub" },
      attributeCondition: "assertion.sub == 'a'",
    };
    file("p.json", { ...provider, oidc: { issuerUri: "https://a.example", allowedAudiences: [STS] } });
    const parameters = ["import", "--google", "p.json", "--output", "new.json"];
    assert.equal((await edgeSts(parameters, { cwd: folder })).code, 3);
    const again = await edgeSts(parameters, { cwd: folder });
    assert.equal(again.code, 1);
    assert.match(again.stderr, /new\.json: it is there already/);
  });
});

describe("the part of YAML that is read", () => {
  const good = [
    ["a: 1\nb: [x, 'y z', \"q\\n\"] # c\n", { a: 1, b: ["x", "y z", "q\n"] }],
    ["- a\n- - b\n  - c: d\n    e: f\n-\n  g: null\n", ["a", ["b", { c: "d", e: "f" }], { g: null }]],
    ["a:\n- b\n- c\nd: {e: f, 'g': [1.5, true]}\n", { a: ["b", "c"], d: { e: "f", g: [1.5, true] } }],
    ["a: |\n  x: 'y'\n\n   z\nb: >-\n  one\n  two\n\n  three\n", { a: "x: 'y'\n\n z\n", b: "one two\nthree" }],
    ["a: one\n  two # end\nb: 'it''s\n  so'\n", { a: "one two", b: "it's so" }],
    [
      "url: https://x.example:8080/#a\ndate: 2027-01-01\nkey.with/dots: x#y\n",
      { url: "https://x.example:8080/#a", date: "2027-01-01", "key.with/dots": "x#y" },
    ],
    ["%\n".slice(1) + "---\na: b\n...\n", { a: "b" }],
    ["a: {\n  b: [ # c\n    1,\n  ],\n }\n", { a: { b: [1] } }],
    ["", null],
  ];
  for (const [text, value] of good) test(JSON.stringify(text), () => assert.deepEqual(parseYaml(text), value));
  const bad = [
    ...[
      "a: &x 1",
      "a: *x",
      "a: !!str 1",
      "<<: {a: 1}",
      "a: 1\na: 2",
      "{a: 1, a: 2}",
      "a: 1\n---\nb: 2",
      "%YAML 1.2\n---\na: 1",
    ],
    ...[
      "a: yes",
      "a: 0123",
      "a: 1:30",
      "a: 0x1f",
      "a: .inf",
      "a: 12345678901234567890",
      "a: b: c",
      "a: [1",
      "a: 'x",
      "? a\n: b",
    ],
    ...[
      "\ta: 1",
      "a:\n\tb: 1",
      " a: 1\nb: 2",
      "a: 1\n  b: 2",
      "a: - b",
      "a: @x",
      'a: "\\q"',
      "__proto__: {}",
      "- a\nb: c",
      "a: 'x' y",
    ],
    "[".repeat(40) + "]".repeat(40),
  ];
  for (const text of bad)
    test(`refused: ${JSON.stringify(text)}`, () => assert.throws(() => parseYaml(text), /^Error: /));
});
