// A real browser, and a server for its files on a free port of this machine.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium as playwright } from "playwright-core";
import { chromium, NO_CHROMIUM } from "../../src/tasks/chromium.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Starts Chromium. `npm test` calls no test that does this on a machine that has none. */
export async function launch() {
  const browser = await chromium();
  if (browser === undefined) throw new Error(NO_CHROMIUM);
  return playwright.launch({ ...browser, args: ["--no-sandbox"] });
}

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Serves folders and files of the repository: `{ "/": "target/site/", "/x.md": "x.md" }`. `headers` are sent with every file. */
export async function serve(folders, headers = {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    requests.push(path);
    const [prefix, folder] = Object.entries(folders).find(([begin]) => path.startsWith(begin)) ?? [];
    const name = prefix === undefined ? "" : normalize(path.slice(prefix.length) || "index.html");
    try {
      if (prefix === undefined || name.startsWith("..")) throw new Error("not served");
      const file = folder.endsWith("/") ? join(ROOT, folder, name) : join(ROOT, folder);
      const content = await readFile(file);
      response
        .writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...headers })
        .end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
