// Authlib (PyPI) behind Flask, as a child process.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as configuration from "./configuration.mjs";

const SCRIPT = fileURLToPath(new URL("authlib_server.py", import.meta.url));

/** Starts it with the virtual environment of `folder`. Gives { targets, stop }. */
export async function start(folder) {
  const port = await freePort();
  const { target, ...shared } = configuration;
  const python = join(folder, "venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const env = { ...process.env, CONFORMANCE_CONFIGURATION: JSON.stringify(shared), PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(python, [SCRIPT, String(port)], { env, stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  const ended = new Promise((resolve) => child.on("close", resolve));
  await new Promise((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text) => {
      told = `${told}${text}`.slice(-20_000);
      if (told.includes("Running on")) resolve();
    });
    child.on("error", reject);
    void ended.then(() => reject(new Error(told)));
  });
  const url = `http://127.0.0.1:${port}`;
  const common = target("Authlib", url);
  return {
    targets: [
      {
        ...common,
        issuer: url,
        token_endpoint: `${url}/token`,
        introspection_endpoint: `${url}/introspect`,
        revocation_endpoint: `${url}/revoke`,
        features: { delegation: true, may_act: true, introspection: true, revocation: true },
        id_jag: { assertion: { iss: shared.ISSUER, secret: shared.SECRET, claims: { sub: "alice" } } },
      },
    ],
    async stop() {
      child.kill();
      await ended;
    },
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
