// `/metrics`, which only a service that keeps counters has. On Workers each isolate would show its own part of them, so that
// the Worker writes data points to Analytics Engine in its place.
const response = (name: string): object => ({ $ref: `#/components/responses/${name}` });

const example = `# HELP edge_sts_tokens_issued_total Tokens that were handed out, by grant type and type.
# TYPE edge_sts_tokens_issued_total counter
edge_sts_tokens_issued_total{grant_type="token_exchange",token_type="access_token"} 12
`;

/** What an administrator may read where counters are kept. */
export const counters: object = {
  "/metrics": {
    get: {
      tags: ["administration"],
      security: [{ administrator: [] }],
      operationId: "metrics",
      summary: "Reads the counters of this process, for Prometheus",
      description:
        "The counters begin with the process, so scrape each process. The Worker does not have this path: there, counters are data points of Analytics Engine.",
      responses: {
        "200": {
          description: "The counters in Prometheus' text format 0.0.4.",
          headers: { "Cache-Control": { $ref: "#/components/headers/NoStore" } },
          content: { "text/plain; version=0.0.4; charset=utf-8": { schema: { type: "string" }, example } },
        },
        "401": response("AdministratorRefused"),
        "404": response("ResourceUnknown"),
        "429": response("AdministratorThrottled"),
        "503": response("AdministrationUnavailable"),
      },
    },
  },
};
