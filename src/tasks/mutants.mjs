// npm run mutants: cargo-mutants changes one thing after another in what decides, and names each change that no test in
// Rust notices. .cargo/mutants.toml has the changes that no test can notice, each with its argument; tests/mutants.md the
// last results.
import { spawn } from "node:child_process";
import { crateTool } from "./crate_tool.mjs";
import { parametersOf } from "./parameters.mjs";
import { output, run } from "./run.mjs";
import { Failure, ROOT, task } from "./setup.mjs";
