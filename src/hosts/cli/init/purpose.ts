// What a project is for, and what it gets for that.
import { createHash, randomBytes } from "node:crypto";
import type { Resource } from "../../recipes/recipe.js";
import { RECIPES } from "../../recipes/recipes.js";
import { GATEWAY, gatewayClient, GATEWAYS } from "./gateways.js";
import { MCP } from "./mcp.js";

/** What somebody comes for. Without a purpose: an issuer of its own, to try with. */
export type Purpose =
  | { readonly kind: "try" }
  | {
      readonly kind: "recipe";
      readonly name: string;
      /** In place of the example's. */
      readonly issuer?: string | undefined;
      /** Conditions in place of the example's, by the name of the claim. */
      readonly claims: Readonly<Record<string, string>>;
    }
  | { readonly kind: "gateway"; readonly name: string }
  | { readonly kind: "mcp"; readonly issuer?: string | undefined };

/** What is added to a project. */
export interface Addition {
  readonly resources: readonly Resource[];
  /** Files with a secret in them, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** A section of the README. */
  readonly readme: string;
}

/** `issuer`: that of the project, which tokens can be had from; `url`: of the service on this machine. */
export function additionFor(purpose: Purpose, { issuer, url }: { issuer: string; url: string }): Addition {
  if (purpose.kind === "try") return { resources: [], secrets: {}, readme: "" };
  const secret = randomBytes(32).toString("base64url");
  const digest = `__sha256:${createHash("sha256").update(secret).digest("hex")}`;
  if (purpose.kind === "gateway") {
    const gateway = GATEWAYS[purpose.name];
    if (gateway === undefined) throw new TypeError("there is no such gateway");
    return {
      resources: [gatewayClient(digest, issuer)],
      secrets: { [gateway.file]: gateway.text(url, secret) },
      readme: section(gateway.title, [
        `\`${gateway.file}\` is what ${gateway.title} is told, with the secret of its Client \`${GATEWAY}\`; git ignores it.`,
        "In `resources.json`, put your users' issuer into `allowedIssuers` of that Client, with a TokenIntrospector for it, and your",
        "servers into `audience`, in place of `https://mcp.example`.",
      ]),
    };
  }
  const recipe = purpose.kind === "mcp" ? { title: "MCP", resources: MCP } : RECIPES[purpose.name];
  if (recipe === undefined) throw new TypeError("there is no such recipe");
  const name = `${purpose.kind === "mcp" ? "app" : purpose.name}.txt`;
  const resources = placed(recipe.resources, purpose);
  const client = resources.find(({ resourceType, secret }) => resourceType === "Client" && secret !== undefined);
  return {
    resources: resources.map((one) => (one === client ? { ...one, secret: digest } : one)),
    secrets: client === undefined ? {} : { [name]: `${client.id}:${secret}\n` },
    readme: section(recipe.title, [
      `\`resources.json\` has the resources of the recipe for ${recipe.title} beside those to try with. Change what is yours in them:`,
      "names such as `acme`, ids, targets such as `https://orders.example`, and `https://sts.example`, which is the `STS_ISSUER` of the",
      "deployed service. Then `npm run check`.",
      ...(client === undefined
        ? []
        : ["", `\`${name}\` has id and secret of its Client, as \`curl -u\` takes them; git ignores it.`]),
    ]),
  };
}

/** The issuer of a recipe, and those of its conditions that are one text each. */
export function changeable(resources: readonly Resource[]): { iss: string; claims: Record<string, string> } {
  const introspector = resources.find(({ resourceType }) => resourceType === "TokenIntrospector");
  const { jwt, claims } = (introspector ?? {}) as { jwt?: { iss?: string }; claims?: Record<string, unknown> };
  const texts = Object.entries(claims ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { iss: jwt?.iss ?? "", claims: Object.fromEntries(texts) };
}

function placed(resources: readonly Resource[], purpose: Purpose): Resource[] {
  const { iss } = changeable(resources);
  const own = purpose.kind === "recipe" || purpose.kind === "mcp" ? purpose.issuer : undefined;
  const text = JSON.stringify(resources);
  const moved = own === undefined ? text : text.replaceAll(JSON.stringify(iss), () => JSON.stringify(own));
  const claims = purpose.kind === "recipe" ? purpose.claims : {};
  return (JSON.parse(moved) as Resource[]).map((resource) =>
    resource.resourceType === "TokenIntrospector" && Object.keys(claims).length > 0
      ? { ...resource, claims: { ...(resource["claims"] as object), ...claims } }
      : resource,
  );
}

function section(title: string, lines: readonly string[]): string {
  return `\n## ${title}\n\n${lines.join("\n")}\n`;
}
