// The pages in their order. The build fails for a page that is not here, and for an entry without a page.
const page = (link, text) => ({ text, link: `/${link}` });

export const RECIPES = [
  page("how-to/github-actions", "GitHub Actions"),
  page("how-to/gitlab-ci", "GitLab CI"),
  page("how-to/circleci", "CircleCI"),
  page("how-to/buildkite", "Buildkite"),
  page("how-to/terraform-cloud", "Terraform Cloud"),
  page("how-to/kubernetes", "Kubernetes"),
  page("how-to/aws", "AWS"),
  page("how-to/google-service-account", "Google service account"),
  page("how-to/auth0", "Auth0"),
  page("how-to/okta", "Okta"),
  page("how-to/entra-id", "Entra ID"),
  page("how-to/google-id-token", "Google ID token"),
  page("how-to/keycloak", "Keycloak"),
];

export const SIDEBAR = [
  {
    text: "Start here",
    items: [
      page("", "What edge-sts is"),
      page("tutorial/first-exchange", "Tutorial: your first exchange"),
      page("tutorial/node", "Tutorial: an exchange in Node"),
    ],
  },
  {
    text: "Deploy and integrate",
    items: [
      page("how-to/deploy-cloudflare", "Deploy to Cloudflare"),
      page("how-to/deploy-node", "Run it with Node"),
      page("how-to/embed", "Mount it in your server"),
      page("how-to/postgresql", "Several servers, PostgreSQL"),
      page("how-to/verify-tokens", "Validate issued tokens"),
      page("how-to/gateways", "Gateways"),
      page("how-to/mcp", "MCP: enterprise authorization"),
      page("how-to/public-clients", "Clients without a secret"),
      page("how-to/federated-clients", "Workload tokens as credentials"),
      page("how-to/dpop", "Bind tokens to a key (DPoP)"),
    ],
  },
  {
    text: "Operate",
    items: [
      page("how-to/production-checklist", "Production checklist"),
      page("how-to/monitor", "Monitoring and alerts"),
      page("how-to/troubleshoot", "Troubleshoot by symptom"),
      page("how-to/rotate-keys", "Rotate signing keys"),
      page("how-to/back-up", "Back up and restore"),
      page("how-to/upgrade", "Upgrade"),
      page("how-to/disaster", "Recover from a disaster"),
      page("how-to/costs", "Costs and platform limits"),
    ],
  },
  {
    text: "Recipes by issuer",
    items: [page("how-to/recipes", "All recipes"), ...RECIPES],
  },
  {
    text: "Migrate",
    items: [
      page("how-to/migrate-from-aidbox", "From Aidbox"),
      page("how-to/migrate-from-keycloak", "From Keycloak"),
      page("how-to/migrate-from-own-code", "From your own code"),
      page("how-to/import", "Import from Google, Vault, AWS, Kubernetes"),
    ],
  },
  {
    text: "Reference",
    items: [
      page("reference/http", "HTTP interface"),
      page("reference/admin", "Administration over HTTP"),
      page("reference/client", "Client"),
      page("reference/token-introspector", "TokenIntrospector"),
      page("reference/user", "User"),
      page("reference/rules", "Rules (expressions)"),
      page("reference/errors", "Errors and reasons"),
      page("reference/events", "Audit events"),
      page("reference/limits", "Limits"),
      page("reference/configuration", "Bindings and variables"),
      page("reference/command", "The command"),
      page("reference/library", "The npm library"),
      page("reference/fetching", "Fetching keys"),
      page("reference/scripts", "Scripts of the repository"),
      page("reference/standards", "Standards"),
    ],
  },
  {
    text: "Explanation",
    items: [
      page("explanation/token-exchange", "Token exchange, and where it stands"),
      page("explanation/delegation", "Delegation: who acts for whom"),
      page("explanation/lifetime", "When tokens end"),
      page("explanation/consistency", "Consistency"),
      page("explanation/threats", "Threats"),
      page("explanation/answers", "Why the answers are what they are"),
    ],
  },
];
