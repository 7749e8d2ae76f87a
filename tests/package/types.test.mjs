// The declarations of the packed tarball, in projects of all kinds. No project skips the check of declarations.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";
import { output } from "./npm.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "edge-sts-types-"));
before(() => install(project));
after(() => rmSync(project, { recursive: true, force: true }));

const node = { module: "nodenext", moduleResolution: "nodenext" };
const bundler = { module: "esnext", moduleResolution: "bundler" };
const dom = { lib: ["es2023", "dom"], types: [] };
const types = (name) => ({ lib: ["es2023"], types: [join(ROOT, "node_modules", name)] });
const PROJECTS = {
  "a strict project, as Node resolves": { files: ["user.ts", "mistakes.ts"], ...node, ...dom },
  "a strict project, as bundlers resolve": { files: ["user.ts", "mistakes.ts"], ...bundler, ...dom },
  "one with neither DOM nor Node": { files: ["bare.ts"], ...node, lib: ["es2023"], types: [] },
  "one with Node alone": { files: ["bare.ts", "platform.ts"], ...node, ...types("@types/node") },
  "one with the Workers runtime alone": {
    files: ["bare.ts", "platform.ts"],
    ...bundler,
    ...types("@cloudflare/workers-types"),
  },
};

for (const [index, [title, { files, ...options }]] of Object.entries(PROJECTS).entries()) {
  test(title, async () => {
    const folder = join(project, `project-${index}`);
    mkdirSync(folder);
    for (const file of files) cpSync(join(ROOT, "tests/package/types", file), join(folder, file));
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: "es2022",
      ...options,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    await output(process.execPath, [tsc, "--project", folder], { cwd: project });
  });
}
