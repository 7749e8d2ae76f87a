// The issuers of the documentation's recipes: how a token of theirs is recognised, which of its claims say whose it is, and
// what goes wrong when one of them is left out. Whether rules are sound the module says (findings.js); here is what only
// the recipe knows.

/** @typedef {Record<string, unknown>} Claims */

/**
 * A set of claims that a condition must name. `risk`: what happens when none of them is in the conditions.
 * @typedef {{ anyOf: readonly string[], risk: string }} Need
 */

/**
 * @typedef {object} Issuer
 * @property {string} id  of the resources
 * @property {string} name
 * @property {string} recipe  the page of the documentation
 * @property {(iss: string, claims: Claims) => boolean} fits
 * @property {"program" | "person"} about  a program needs no User
 * @property {readonly string[]} chosen  claims to compare, the ones that the recipe compares
 * @property {readonly string[]} [offered]  more of them
 * @property {readonly Need[]} needs
 * @property {readonly string[]} copied
 * @property {number} [lifetime]  seconds, the longest that its tokens live
 * @property {string} [jwks_uri]  where its metadata does not say it
 * @property {(claims: Claims) => string[]} [doubts]  what is dangerous about this token
 */

const GITHUB = "https://token.actions.githubusercontent.com";
const GRAPH = ["00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com"];

/** @type {readonly Issuer[]} the first that fits counts */
export const ISSUERS = [
  {
    id: "github-actions",
    name: "GitHub Actions",
    recipe: "github-actions",
    fits: (iss, claims) =>
      iss === GITHUB || iss.startsWith(`${GITHUB}/`) || (iss.endsWith("/_services/token") && "repository" in claims),
    about: "program",
    chosen: ["repository", "repository_id", "ref", "environment"],
    offered: ["repository_owner", "repository_owner_id", "event_name", "job_workflow_ref", "runner_environment"],
    needs: [
      {
        anyOf: ["repository", "repository_id", "job_workflow_ref"],
        risk: "No condition names the repository: every repository of this owner gets in, with one that somebody makes tomorrow.",
      },
      {
        anyOf: ["repository_id", "job_workflow_ref"],
        risk: "A repository’s name can be given to somebody else after a rename or deletion. Its number (repository_id) cannot.",
      },
      {
        anyOf: ["ref", "environment", "job_workflow_ref"],
        risk: "No condition names a branch or an environment: every branch gets in, and whoever may push one may change the workflow.",
      },
    ],
    copied: ["repository", "ref", "sha", "run_id", "job_workflow_ref"],
    lifetime: 900,
    doubts: ({ aud, ref }) => [
      ...(/^https:\/\/github\.com\/[^/]+$/.test(String(aud))
        ? [
            `aud is ${aud}, what GitHub writes when the job does not ask for one. Every service that such a token is sent to can use it at the others. Let the job ask for the address of your service.`,
          ]
        : []),
      ...(/^refs\/pull\//.test(String(ref))
        ? ["This token is of a pull request: its code may come from anybody who can open one."]
        : []),
    ],
  },
  {
    id: "gitlab-ci",
    name: "GitLab CI",
    recipe: "gitlab-ci",
    fits: (iss, claims) => iss === "https://gitlab.com" || ("project_path" in claims && "namespace_path" in claims),
    about: "program",
    chosen: ["project_path", "project_id", "ref_path", "ref_protected"],
    offered: ["environment", "environment_protected", "namespace_path", "pipeline_source"],
    needs: [
      { anyOf: ["project_path", "project_id"], risk: "No condition names the project: every project gets in." },
      {
        anyOf: ["ref_path", "environment"],
        risk: "No condition names a branch (ref_path) or an environment: every branch gets in.",
      },
      {
        anyOf: ["ref_protected", "environment_protected"],
        risk: "A branch that is not protected is nobody’s: everybody who may push gets in.",
      },
    ],
    copied: ["project_path", "ref_path", "sha", "pipeline_id", "job_id"],
    lifetime: 3600,
  },
  {
    id: "circleci",
    name: "CircleCI",
    recipe: "circleci",
    fits: (iss) => iss.startsWith("https://oidc.circleci.com/org/"),
    about: "program",
    chosen: ["oidc.circleci.com/project-id", "oidc.circleci.com/context-ids"],
    needs: [
      {
        anyOf: ["oidc.circleci.com/project-id"],
        risk: "No condition names the project: every project of the organization gets in.",
      },
      {
        anyOf: ["oidc.circleci.com/context-ids"],
        risk: "No condition names a context: every branch of the project gets in.",
      },
    ],
    copied: ["oidc.circleci.com/project-id", "oidc.circleci.com/vcs-ref", "oidc.circleci.com/job-id"],
    lifetime: 3600,
  },
  {
    id: "buildkite",
    name: "Buildkite",
    recipe: "buildkite",
    fits: (iss) => iss === "https://agent.buildkite.com",
    about: "program",
    chosen: ["organization_id", "pipeline_id", "build_branch"],
    offered: ["organization_slug", "pipeline_slug", "step_key", "build_source"],
    needs: [
      { anyOf: ["pipeline_id"], risk: "No condition has the pipeline’s id: slugs can be given to somebody else." },
      {
        anyOf: ["build_branch", "step_key"],
        risk: "No condition names a branch: every branch of the pipeline gets in.",
      },
    ],
    copied: ["pipeline_slug", "build_number", "build_commit", "job_id"],
    lifetime: 900,
  },
  {
    id: "terraform",
    name: "Terraform Cloud",
    recipe: "terraform-cloud",
    fits: (iss, claims) => iss === "https://app.terraform.io" || "terraform_workspace_id" in claims,
    about: "program",
    chosen: ["terraform_organization_id", "terraform_workspace_id", "terraform_run_phase"],
    needs: [
      { anyOf: ["terraform_workspace_id"], risk: "No condition names the workspace: every workspace gets in." },
      { anyOf: ["terraform_run_phase"], risk: "A plan runs for every pull request. Only an apply was approved." },
    ],
    copied: ["terraform_workspace_name", "terraform_run_id"],
    lifetime: 7200,
  },
  {
    id: "kubernetes",
    name: "Kubernetes service account",
    recipe: "kubernetes",
    fits: (_iss, claims) => "kubernetes.io" in claims,
    about: "program",
    chosen: ["kubernetes.io.namespace", "kubernetes.io.serviceaccount.name"],
    offered: ["kubernetes.io.serviceaccount.uid"],
    needs: [
      {
        anyOf: ["kubernetes.io.namespace"],
        risk: "No condition names the namespace: names of service accounts repeat in every namespace.",
      },
      {
        anyOf: ["kubernetes.io.serviceaccount.name", "kubernetes.io.serviceaccount.uid"],
        risk: "No condition names the service account: every pod of the namespace gets in.",
      },
    ],
    copied: ["kubernetes.io"],
    lifetime: 3600,
    doubts: ({ aud }) =>
      [aud].flat().some((one) => /^https:\/\/kubernetes\.default\.svc/.test(String(one)))
        ? [
            "aud names the cluster’s own API: whoever gets this token can use it there. Mount a projected token with the address of your service as its audience.",
          ]
        : [],
  },
  {
    id: "aws",
    name: "AWS",
    recipe: "aws",
    fits: (iss) => /^https:\/\/[^/]+\.tokens\.sts\.global\.api\.aws$/.test(iss),
    about: "program",
    chosen: ["sub"],
    needs: [{ anyOf: ["sub"], risk: "No condition names the role: every role of the account gets in." }],
    copied: ["https://sts.amazonaws.com/"],
    lifetime: 3600,
  },
  {
    id: "google-account",
    name: "Google service account",
    recipe: "google-service-account",
    fits: (iss, { email }) => iss === "https://accounts.google.com" && String(email).endsWith("gserviceaccount.com"),
    about: "program",
    chosen: ["sub", "email_verified"],
    needs: [
      { anyOf: ["sub"], risk: "No condition names the account: everybody at Google can have a token with this aud." },
    ],
    copied: ["email"],
    lifetime: 3600,
    jwks_uri: "https://www.googleapis.com/oauth2/v3/certs",
  },
  {
    id: "google",
    name: "Google ID token",
    recipe: "google-id-token",
    fits: (iss) => iss === "https://accounts.google.com",
    about: "person",
    chosen: ["hd", "email_verified"],
    needs: [
      {
        anyOf: ["hd"],
        risk: "No condition names the Workspace domain (hd): every Google account of the world passes this check, and only the list of Users is left.",
      },
    ],
    copied: ["email", "hd"],
    lifetime: 3600,
    jwks_uri: "https://www.googleapis.com/oauth2/v3/certs",
  },
  {
    id: "entra",
    name: "Entra ID",
    recipe: "entra-id",
    fits: (iss) =>
      /^https:\/\/(login\.microsoftonline\.(com|us)|sts\.windows\.net|login\.partner\.microsoftonline\.cn)\//.test(iss),
    about: "person",
    chosen: ["tid", "azp", "appid"],
    offered: ["groups", "roles", "scp"],
    needs: [
      {
        anyOf: ["azp", "appid", "groups", "roles"],
        risk: "No condition names the application that asked: every application of the tenant can get a token for yours, unless you require assignment.",
      },
    ],
    copied: ["tid", "oid"],
    doubts: ({ aud, iss }) => [
      ...(GRAPH.includes(String(aud))
        ? [
            "This token is for Microsoft Graph, and only Graph can verify it. Ask for a token for an application of your own.",
          ]
        : []),
      ...(/sts\.windows\.net/.test(String(iss))
        ? [
            "This is a token of version 1, whose issuer has another name. Set accessTokenAcceptedVersion of the application to 2.",
          ]
        : []),
      ...(/9188040d-6c67-4c5b-b112-36a304b66dad/.test(String(iss))
        ? ["This issuer is Microsoft’s for private accounts: anybody can have one."]
        : []),
    ],
  },
  {
    id: "okta",
    name: "Okta",
    recipe: "okta",
    fits: (iss) => /^https:\/\/[^/]+\.(okta|oktapreview|okta-emea)\.com(\/|$)/.test(iss),
    about: "person",
    chosen: ["cid"],
    offered: ["scp", "groups"],
    needs: [
      {
        anyOf: ["cid", "scp"],
        risk: "No condition names the application (cid): one authorization server serves many of them.",
      },
    ],
    copied: ["uid"],
    doubts: ({ iss, sub }) => [
      ...(/\/oauth2\//.test(String(iss))
        ? []
        : [
            "This is the organization’s own authorization server, whose access tokens only Okta can verify. Use a custom one, such as /oauth2/default.",
          ]),
      ...(/@/.test(String(sub))
        ? ["sub is the user’s login, which can be given to somebody else later. uid stays."]
        : []),
    ],
  },
  {
    id: "auth0",
    name: "Auth0",
    recipe: "auth0",
    fits: (iss) => /^https:\/\/[^/]+\.auth0\.com\/$/.test(iss),
    about: "person",
    chosen: ["azp", "client_id"],
    offered: ["permissions", "org_id", "gty"],
    needs: [
      {
        anyOf: ["azp", "client_id", "permissions"],
        risk: "No condition names the application (azp): other applications of the tenant can ask for the same audience.",
      },
    ],
    copied: ["org_id"],
  },
  {
    id: "keycloak",
    name: "Keycloak",
    recipe: "keycloak",
    fits: (iss) => /\/realms\/[^/]+$/.test(iss),
    about: "person",
    chosen: ["typ", "azp"],
    offered: ["realm_access.roles", "groups"],
    needs: [
      {
        anyOf: ["azp"],
        risk: "No condition names the client (azp): all clients of a realm have the same issuer and keys.",
      },
      { anyOf: ["typ"], risk: "Without typ an ID token counts as an access token: the same key signs both." },
    ],
    copied: ["preferred_username", "email"],
    doubts: ({ aud }) =>
      aud === "account"
        ? ["aud is account, which every client of a new realm gets. Add an Audience mapper that names your service."]
        : [],
  },
];

/** @type {Issuer} */
const OTHER = {
  id: "issuer",
  name: "An issuer without a recipe",
  recipe: "recipes",
  fits: () => true,
  about: "person",
  chosen: ["azp", "client_id", "cid"],
  offered: ["groups", "roles", "scope", "typ", "tenant", "org_id"],
  needs: [],
  copied: [],
};

/**
 * The issuer of a token with these claims.
 * @param {Claims} claims
 */
export function recognised(claims) {
  const iss = String(claims.iss ?? "");
  return ISSUERS.find(({ fits }) => fits(iss, claims)) ?? OTHER;
}
