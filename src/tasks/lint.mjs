// npm run lint: every check that needs no running service.
import { buildWasm } from "./build.mjs";
import { checkCircles } from "./circles.mjs";
import { checkLocks } from "./locks.mjs";
import { must, run, step, tool } from "./run.mjs";
import { rustComponent, rustTarget } from "./rust_target.mjs";
import { Failure, task } from "./setup.mjs";

export const FORMATTED = ["**/*.{ts,mjs,js,html,css,json,md}"];

export async function lint() {
  await rustComponent("rustfmt", "fmt");
  await rustComponent("clippy", "clippy");
  await rustTarget("wasm32v1-none");
  await buildWasm(); // brings the declarations that TypeScript's check needs

  const deny = ["--", "--deny", "warnings"];
  const wasm = ["--lib", "--target", "wasm32-unknown-unknown", "--features", "wasm"];
  const checks = {
    rustfmt: ["cargo", "fmt", "--all", "--check"],
    clippy: ["cargo", "clippy", "--locked", "--all-targets", "--all-features", ...deny],
    // Without libFuzzer, which needs a C++ compiler.
    "clippy for the fuzz targets": [
      "cargo",
      "clippy",
      "--locked",
      "--package",
      "edge-sts-fuzz",
      "--all-targets",
      ...deny,
    ],
    "clippy for wasm": ["cargo", "clippy", "--locked", ...wasm, ...deny],
    "the library without std": ["cargo", "check", "--locked", "--lib", "--target", "wasm32v1-none"],
    TypeScript: [process.execPath, tool("typescript", "bin", "tsc"), "--project", "src/hosts", "--noEmit"],
    "TypeScript, the pages": [process.execPath, tool("typescript", "bin", "tsc"), "--project", "www"],
    prettier: [process.execPath, tool("prettier", "bin", "prettier.cjs"), "--check", "--log-level=warn", ...FORMATTED],
  };
  const failed = [];
  for (const [title, [program, ...parameters]] of Object.entries(checks)) {
    await step(title, async () => {
      if ((await run(program, parameters)) === 0) return "good";
      failed.push(title);
      return "FAILED";
    });
  }
  for (const [title, check] of Object.entries({ "lock files": checkLocks, "imports without circles": checkCircles })) {
    await step(title, async () => {
      try {
        await check();
        return "good";
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failed.push(title);
        return error.message;
      }
    });
  }
  if (failed.length > 0)
    throw new Failure(`Lint: failed: ${failed.join(", ")}. \`npm run format\` mends what is only format.`);
}

/** npm run format */
export async function format() {
  await must("cargo", ["fmt", "--all"]);
  await must(process.execPath, [tool("prettier", "bin", "prettier.cjs"), "--write", "--log-level=warn", ...FORMATTED]);
}

await task(import.meta, lint);
