// The directories that need no other program: in memory, and in a file of SQLite.
import { after } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDirectory } from "edge-sts";
import { memoryStore } from "../../dist/directory/memory.js";
import { directorySuite } from "../directory/suite.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-directory-"));
const inMemory = memoryStore();
const inFile = sqliteDirectory(join(folder, "resources.sqlite"));
after(() => {
  inFile.close();
  rmSync(folder, { recursive: true, force: true });
});

directorySuite("memory", () => inMemory, { steps: 4_000 });
directorySuite("SQLite", () => inFile, { steps: 1_500, seed: 2 });
