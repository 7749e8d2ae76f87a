// The site on a loopback address as Cloudflare serves it: compressed, with the headers of its `_headers`.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

// Cloudflare compresses these types while it answers, at about this level.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** Serves a folder on a free port. Gives its origin, and `close()`. */
export async function serveSite(folder) {
  const rules = rulesOf(readFileSync(join(folder, "_headers"), "utf8"));
  const known = new Map();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = fileOf(folder, pathname);
    if (file === undefined) return response.writeHead(404).end();
    const type = TYPES[extname(file)];
    const headers = headersFor(rules, pathname);
    headers["content-type"] = type ?? "application/octet-stream";
    if (type === undefined || !/\bbr\b/.test(request.headers["accept-encoding"] ?? "")) {
      return response.writeHead(200, headers).end(readFileSync(file));
    }
    if (!known.has(file)) known.set(file, brotliCompressSync(readFileSync(file), BROTLI));
    return response
      .writeHead(200, { ...headers, "content-encoding": "br", vary: "Accept-Encoding" })
      .end(known.get(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

function fileOf(folder, pathname) {
  const name = normalize(decodeURIComponent(pathname)).slice(1);
  if (name.startsWith("..")) return undefined;
  const places = [name, join(name, "index.html"), `${name}.html`].map((one) => join(folder, one));
  return places.find((file) => existsSync(file) && statSync(file).isFile());
}

/** The rules of a `_headers` file: [path or its beginning, name, value]; a value that is undefined takes a header away. */
function rulesOf(text) {
  let path = "";
  const rules = [];
  for (const line of text.split("\n").filter((one) => one.trim() !== "")) {
    if (!/^\s/.test(line)) path = line.trim();
    else if (line.trim().startsWith("! ")) rules.push([path, line.trim().slice(2), undefined]);
    else rules.push([path, ...line.trim().split(/:\s*(.*)/s, 2)]);
  }
  return rules;
}

function headersFor(rules, pathname) {
  const headers = {};
  for (const [path, name, value] of rules) {
    const fits = path.endsWith("*") ? pathname.startsWith(path.slice(0, -1)) : pathname === path;
    // It would have the browser ask the loopback address for https.
    if (!fits || name === "Strict-Transport-Security") continue;
    delete headers[name.toLowerCase()];
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  return headers;
}
