// Tokens to try for somebody who has none at hand: the claims that these issuers write, of nobody.

/** @import { Claims } from "../src/hosts/recipes/recipe.js" */

/** @type {readonly { id: string, title: string, claims: Claims }[]} */
export const SAMPLES = [
  {
    id: "github",
    title: "GitHub Actions",
    claims: {
      iss: "https://token.actions.githubusercontent.com",
      sub: "repo:acme/shop:ref:refs/heads/main",
      aud: "https://sts.example",
      repository: "acme/shop",
      repository_id: "74",
      repository_owner: "acme",
      repository_owner_id: "65",
      ref: "refs/heads/main",
      sha: "0fffdd6505a3f5f573e34338cb9eac1211bace14",
      event_name: "push",
      job_workflow_ref: "acme/shop/.github/workflows/deploy.yml@refs/heads/main",
      runner_environment: "github-hosted",
      run_id: "9911223344",
    },
  },
  {
    id: "entra",
    title: "Entra ID",
    claims: {
      iss: "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0",
      aud: "00001111-aaaa-2222-bbbb-3333cccc4444",
      sub: "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
      tid: "aaaabbbb-0000-cccc-1111-dddd2222eeee",
      oid: "00000000-0000-0000-66f3-3332eca7ea81",
      azp: "11112222-bbbb-3333-cccc-4444dddd5555",
      scp: "exchange",
      preferred_username: "erin@acme.example",
      ver: "2.0",
    },
  },
  {
    id: "keycloak",
    title: "Keycloak",
    claims: {
      iss: "https://login.acme.example/realms/shop",
      sub: "8f2c1d5e-7b1a-4c0e-9d3f-2a6b5c4d3e1f",
      aud: "https://sts.example",
      typ: "Bearer",
      azp: "shop-web",
      realm_access: { roles: ["offline_access", "order-clerk"] },
      scope: "openid email profile",
      preferred_username: "erin",
      email: "erin@acme.example",
    },
  },
];
