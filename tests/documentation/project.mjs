// A folder in which edge-sts is installed, as links to what is built: for the commands and programs of the documentation.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../../src/tasks/setup.mjs";

export function project(...packages) {
  const folder = mkdtempSync(join(tmpdir(), "edge-sts-documented-"));
  const link = (name, target) => {
    const file = join(folder, "node_modules", name);
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync(target, file);
  };
  link("edge-sts", ROOT);
  for (const name of packages) link(name, join(ROOT, "node_modules", name));
  const command = join(ROOT, "dist", "cli", "main.js");
  chmodSync(command, 0o755);
  link(".bin/edge-sts", command);
  return {
    folder,
    write(name, content) {
      writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
    },
    /** Imports a module that is written here. */
    run(name, text) {
      writeFileSync(join(folder, name), text);
      return import(pathToFileURL(join(folder, name)).href);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
