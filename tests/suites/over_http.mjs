// Requests of the suites to a server.
import { request } from "node:http";
import { bytesOf } from "./jwt.mjs";

/** node:http sends what it is told to: Host, Origin, a path as it is. `agent`: of node:http. */
export function send(url, agent, path, { method = "GET", headers = {}, body, host, streamed = false } = {}) {
  const bytes = typeof body === "string" ? bytesOf(body) : body;
  return new Promise((resolve, reject) => {
    const length = bytes === undefined || streamed ? {} : { "content-length": String(bytes.length) };
    const options = { host: url.hostname, port: url.port, path: encoded(path), method, agent };
    const sent = request({ ...options, headers: { ...headers, ...length, host: host ?? url.host } }, (message) => {
      const chunks = [];
      message.on("data", (chunk) => chunks.push(chunk));
      message.on("error", reject);
      message.on("end", () => {
        const bodyless = message.statusCode === 204 || message.statusCode === 304;
        const content = bodyless ? null : Buffer.concat(chunks);
        const pairs = Object.entries(message.headersDistinct).flatMap(([name, values]) =>
          values.map((value) => [name, value]),
        );
        resolve(new Response(content, { status: message.statusCode, headers: pairs }));
      });
    });
    sent.on("error", reject);
    if (bytes === undefined) return sent.end();
    if (!streamed) return sent.end(bytes);
    for (let at = 0; at < bytes.length; at += 8192) sent.write(bytes.subarray(at, at + 8192));
    sent.end();
  });
}

// node:http refuses letters that a URL would encode.
function encoded(path) {
  return path.replace(/[^\x21-\x7e]/g, encodeURIComponent);
}
