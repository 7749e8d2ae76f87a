// Jobs: of CI services and of Terraform. Their tokens are a program's, which no User stands for.
import type { Recipe } from "./recipe.js";

const GITHUB = "https://token.actions.githubusercontent.com";

export const AUTOMATION: Readonly<Record<string, Recipe>> = {
  "github-actions": {
    title: "GitHub Actions",
    resources: [
      {
        resourceType: "Client",
        id: "github-actions",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://token.actions.githubusercontent.com"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "github-actions",
        type: "jwt",
        jwt: { iss: "https://token.actions.githubusercontent.com" },
        discovery: true,
        user: "none",
        max_lifetime: 900,
        audience: ["https://sts.example"],
        claims: { repository: "acme/shop", repository_id: "74", ref: "refs/heads/main", environment: "production" },
        copy_claims: ["repository", "ref", "sha", "run_id", "job_workflow_ref"],
      },
    ],
    fits: (iss, claims) =>
      iss === GITHUB || iss.startsWith(`${GITHUB}/`) || (iss.endsWith("/_services/token") && "repository" in claims),
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
  "gitlab-ci": {
    title: "GitLab CI",
    resources: [
      {
        resourceType: "Client",
        id: "gitlab-ci",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://gitlab.com"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "gitlab-ci",
        type: "jwt",
        jwt: { iss: "https://gitlab.com" },
        discovery: true,
        user: "none",
        max_lifetime: 3600,
        audience: ["https://sts.example"],
        claims: { project_path: "acme/shop", project_id: "20", ref_path: "refs/heads/main", ref_protected: "true" },
        copy_claims: ["project_path", "ref_path", "sha", "pipeline_id", "job_id"],
      },
    ],
    fits: (iss, claims) => iss === "https://gitlab.com" || ("project_path" in claims && "namespace_path" in claims),
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
  },
  circleci: {
    title: "CircleCI",
    resources: [
      {
        resourceType: "Client",
        id: "circleci",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://oidc.circleci.com/org/2f7a1c5e-3b4d-4e6f-8a9b-0c1d2e3f4a5b"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "circleci",
        type: "jwt",
        jwt: { iss: "https://oidc.circleci.com/org/2f7a1c5e-3b4d-4e6f-8a9b-0c1d2e3f4a5b" },
        discovery: true,
        user: "none",
        max_lifetime: 3600,
        audience: ["https://sts.example"],
        claims: {
          "oidc.circleci.com/project-id": "6a1b2c3d-4e5f-6789-abcd-ef0123456789",
          "oidc.circleci.com/context-ids": "9b8a7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d",
        },
        copy_claims: ["oidc.circleci.com/project-id", "oidc.circleci.com/vcs-ref", "oidc.circleci.com/job-id"],
      },
    ],
    fits: (iss) => iss.startsWith("https://oidc.circleci.com/org/"),
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
  },
  buildkite: {
    title: "Buildkite",
    resources: [
      {
        resourceType: "Client",
        id: "buildkite",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://agent.buildkite.com"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "buildkite",
        type: "jwt",
        jwt: { iss: "https://agent.buildkite.com" },
        discovery: true,
        user: "none",
        max_lifetime: 900,
        audience: ["https://sts.example"],
        claims: {
          organization_id: "0184990a-477b-4fa8-9968-496074483cee",
          pipeline_id: "0184990a-4782-42b5-afc1-16715b10b8ff",
          build_branch: "main",
        },
        copy_claims: ["pipeline_slug", "build_number", "build_commit", "job_id"],
      },
    ],
    fits: (iss) => iss === "https://agent.buildkite.com",
    offered: ["organization_slug", "pipeline_slug", "step_key", "build_source"],
    needs: [
      { anyOf: ["pipeline_id"], risk: "No condition has the pipeline’s id: slugs can be given to somebody else." },
      {
        anyOf: ["build_branch", "step_key"],
        risk: "No condition names a branch: every branch of the pipeline gets in.",
      },
    ],
  },
  "terraform-cloud": {
    title: "Terraform Cloud",
    resources: [
      {
        resourceType: "Client",
        id: "terraform",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://app.terraform.io"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "terraform",
        type: "jwt",
        jwt: { iss: "https://app.terraform.io" },
        discovery: true,
        user: "none",
        max_lifetime: 7200,
        audience: ["https://sts.example"],
        claims: {
          terraform_organization_id: "org-GRNbCjYNpBB6NEBH",
          terraform_workspace_id: "ws-mbsd5E3Ktt5Rg2Xm",
          terraform_run_phase: "apply",
        },
        copy_claims: ["terraform_workspace_name", "terraform_run_id"],
      },
    ],
    fits: (iss, claims) => iss === "https://app.terraform.io" || "terraform_workspace_id" in claims,
    needs: [
      { anyOf: ["terraform_workspace_id"], risk: "No condition names the workspace: every workspace gets in." },
      { anyOf: ["terraform_run_phase"], risk: "A plan runs for every pull request. Only an apply was approved." },
    ],
  },
};
