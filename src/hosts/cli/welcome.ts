import type { Answer, Asked } from "../http.js";

const TEXT = `edge-sts: a security token service (OAuth 2.0 Token Exchange, RFC 8693). Nothing is to be seen here; programs use it.
Is it ready: /health. What it answers to: /openapi.json
`;

/** What somebody is told who opens the address of the service in a browser; undefined for every other request. */
export function welcome({ method, target, headers }: Asked): Answer | undefined {
  if (method !== "GET" || !/^\/(?:\?|$)/.test(target)) return undefined;
  if (headers.get("accept")?.includes("text/html") !== true) return undefined;
  return { head: "200\ncontent-type: text/plain; charset=utf-8\nx-content-type-options: nosniff", body: TEXT };
}
