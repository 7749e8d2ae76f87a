const TEXT = `edge-sts: a security token service (OAuth 2.0 Token Exchange, RFC 8693). Nothing is to be seen here; programs use it.
Is it ready: /health. What it answers to: /openapi.json
`;

/** What somebody is told who opens the address of the service in a browser; undefined for every other request. */
export function welcome(request: Request): Response | undefined {
  const { method, url, headers } = request;
  const browser = headers.get("accept")?.includes("text/html") === true;
  if (method !== "GET" || new URL(url).pathname !== "/" || !browser) return undefined;
  return new Response(TEXT, {
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  });
}
