import { writeFileSync } from "node:fs";
import { readArguments } from "./arguments.js";
import { Failure, Misuse } from "./failure.js";
import { aws } from "./import/aws.js";
import { documentOf } from "./import/document.js";
import { google } from "./import/google.js";
import { kubernetes } from "./import/kubernetes.js";
import { Notes } from "./import/notes.js";
import type { Wanted } from "./import/resources.js";
import { Section } from "./import/section.js";
import { vault } from "./import/vault.js";
import type { Description } from "./options.js";
import { compile, located, type Placed, type ResourceFile } from "./resource_files.js";
import { ruleDoubts } from "./rule_doubts.js";
import { print, style, tell } from "./terminal.js";

export const description = {
  name: "import",
  parameters: ["--google FILE | --vault FILE | --aws FILE | --kubernetes FILE [OPTIONS]"],
  about: `Writes a TokenIntrospector for each issuer and a Client without a secret from what another system has, as JSON. FILE is
JSON or YAML:`,
  options: {
    google: {
      value: "FILE",
      says: "a provider of a workload identity pool, as gcloud describes it; --config: the credential configuration of its clients",
    },
    vault: {
      value: "FILE",
      says: "a role of the JWT auth method, as vault reads it; --config: the method's configuration",
    },
    aws: { value: "FILE", says: "the trust policy of an IAM role, or the role as aws iam get-role prints it" },
    kubernetes: { value: "FILE", says: "an AuthenticationConfiguration of kube-apiserver" },
    config: { value: "FILE", says: "see above" },
    audience: {
      value: "NAME",
      many: true,
      says: "the audience that tokens must have, instead of the other system's; may be repeated",
    },
    issuer: { value: "URL", says: "the issuer, if no configuration names it (Vault)" },
    "jwks-uri": { value: "URL", says: "where the issuer's keys are, instead of its metadata" },
    target: { value: "NAME", many: true, says: "a target of the Client; may be repeated" },
    scope: { value: "NAME", many: true, says: "a scope of the Client; may be repeated" },
    id: { value: "ID", says: "the id of the Client" },
    "leave-out": {
      value: "MEMBER",
      many: true,
      says: "leaves out a restriction that cannot be carried over, so the result lets in more; may be repeated",
    },
    output: { value: "FILE", says: "writes to a new file instead of stdout" },
  },
  more: `What has no counterpart is named on stderr, with its path. Where without it somebody would get in who did not, nothing is
written. Exit codes: 0 written, and everything is carried over; 1 nothing is written; 2 used wrongly; 3 written, and what
is named is not carried over. The result passes edge-sts check.`,
} as const satisfies Description;

const FORMATS = {
  google,
  vault,
  aws: (file: Section, _: Section | undefined, wanted: Wanted) => aws(file, wanted),
  kubernetes: (file: Section, _: Section | undefined, wanted: Wanted) => kubernetes(file, wanted),
};

/** edge-sts import */
export async function run(parameters: string[]): Promise<number> {
  const { values: asked } = readArguments(parameters, description);
  const named = (["google", "vault", "aws", "kubernetes"] as const).filter((name) => asked[name] !== undefined);
  const [format, other] = named;
  if (format === undefined || other !== undefined) {
    throw new Misuse("Name one file with --google, --vault, --aws or --kubernetes.");
  }
  if (asked.config !== undefined && format !== "google" && format !== "vault") {
    throw new Misuse("--config belongs to --google and --vault.");
  }
  if (asked.issuer !== undefined && format !== "vault") throw new Misuse("--issuer belongs to --vault.");
  const notes = new Notes(asked["leave-out"] ?? []);
  const config = asked.config === undefined ? undefined : new Section("config", documentOf(asked.config), notes);
  const wanted: Wanted = {
    audience: asked.audience ?? [],
    target: asked.target ?? [],
    scope: asked.scope ?? [],
    ...(asked.id !== undefined && { id: asked.id }),
    ...(asked.issuer !== undefined && { issuer: asked.issuer }),
    ...(asked["jwks-uri"] !== undefined && { jwksUri: asked["jwks-uri"] }),
  };
  const resources = FORMATS[format](new Section("", documentOf(asked[format] ?? ""), notes), config, wanted);
  const lines = notes.told();
  const written = `${JSON.stringify(resources, null, 2)}\n`;
  const doubts = checked(written);
  for (const line of [...lines, ...doubts]) tell(`${style("warning", "warning")} ${line}`);
  if (asked.output === undefined) print(written);
  else write(asked.output, written);
  return lines.length === 0 ? 0 : 3;
}

// The result keeps all rules, or is not written.
function checked(written: string): string[] {
  const file: ResourceFile = { file: "the result", text: written, single: false };
  const { faults } = compile([file]);
  if (faults.length > 0) throw new Failure(faults.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  const placed = (JSON.parse(written) as Placed["resource"][]).map((resource, index) => ({
    resource,
    at: (member: string) => located(file, `[${index}].${resource.resourceType}.${member}`),
  }));
  return ruleDoubts(placed).map(({ path, message }) => `${path}: ${message}`);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch {
    throw new Failure(`${file}: it is there already, or cannot be written.`);
  }
}
