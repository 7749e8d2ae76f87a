// The text format of Prometheus, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
//
// All of it is derived from the counters of events here, and nowhere else. A label's value is a word of the service's own
// (a reason, a route), so that there are a few hundred series at most, whatever is sent.
import { BOUNDS, type Counted, nothing, type Tally } from "./tally.js";

/** The counters as a text for a scraper. */
export function exposition({ events, faults, restarts, since }: Counted): string {
  const requests = table(ROUTES.flatMap((route) => OUTCOMES.map((outcome) => ({ route, outcome }))));
  const durations = new Map<string, Tally>(ROUTES.map((route) => [route, nothing()]));
  const issued = table(GRANT_TYPES.map((grant_type) => ({ grant_type, token_type: "access_token" })));
  const refusals = table(WATCHED.map((reason) => ({ reason })));
  const changes = table(CHANGES.map((change) => ({ change })));
  const fetches = table(OUTCOMES.map((outcome) => ({ outcome })));
  const fetchFaults = table();
  const hostFaults = table(OPERATIONS.map((operation) => ({ operation })));

  for (const [words, tally] of events) {
    const [event = "", reason = "", token_type = "", first] = words.split(" ");
    const { count } = tally;
    const outcome = reason === NONE ? "success" : "refused";
    if (event === "issuer.fetch") {
      fetches.add({ outcome }, count);
      if (reason !== NONE) fetchFaults.add({ reason }, count);
      continue;
    }
    const route = routeOf(event);
    if (first === "1") {
      requests.add({ route, outcome }, count);
      addTo(durations.get(route) as Tally, tally);
    }
    if (reason !== NONE) refusals.add({ reason }, count);
    else if (token_type !== NONE) issued.add({ grant_type: grantTypeOf(event), token_type }, count);
    else if (event.startsWith("admin.") && CHANGES.includes(event.slice(6)))
      changes.add({ change: event.slice(6) }, count);
  }
  for (const [operation, count] of faults) hostFaults.add({ operation }, count);

  return [
    family("edge_sts_requests_total", "counter", "Requests that were decided, by route and outcome.", requests),
    histogram("edge_sts_request_duration_seconds", "From a request's arrival to its decision, by route.", durations),
    family("edge_sts_tokens_issued_total", "counter", "Tokens that were handed out, by grant type and type.", issued),
    family("edge_sts_refusals_total", "counter", "Requests that were refused, by reason.", refusals),
    family("edge_sts_admin_changes_total", "counter", "Resources that an administrator changed.", changes),
    family("edge_sts_issuer_fetches_total", "counter", "Fetches of keys and of an issuer's word, by outcome.", fetches),
    family("edge_sts_issuer_fetch_faults_total", "counter", "Fetches that brought nothing, by reason.", fetchFaults),
    family("edge_sts_host_faults_total", "counter", "Stores, keys and clocks that failed, by operation.", hostFaults),
    family(
      "edge_sts_module_restarts_total",
      "counter",
      "How often the module failed and was started anew.",
      one(restarts),
    ),
    family("edge_sts_start_time_seconds", "gauge", "When counting began, seconds since 1970.", one(since)),
  ].join("");
}

const NONE = "-";

const ROUTES = ["token", "introspect", "revoke", "userinfo", "admin"];
const OUTCOMES = ["success", "refused"];
const GRANT_TYPES = ["token_exchange", "jwt_bearer", "refresh_token"];
const CHANGES = ["put", "post", "delete", "import"];
const OPERATIONS = [
  "read",
  "look",
  "change",
  "list",
  "history",
  "grant_read",
  "grant_write",
  "sign",
  "verify",
  "fetch",
];

// Reasons that somebody waits for. A series that begins with its first event would hide that event from `increase`.
const WATCHED = [
  "refresh_token_reused",
  "client_assertion_replayed",
  "assertion.replayed",
  "client_assertion.replayed",
  "subject_token.signature_invalid",
  "stored_resource_invalid",
  "stored_by_later_version",
  "store_unavailable",
  "admin_token_wrong",
  "client_secret_wrong",
  "client_unknown",
  "authentication_failures_too_many",
];

function routeOf(event: string): string {
  const [kind = "", name = ""] = event.split(".");
  if (kind === "admin") return kind;
  return ROUTES.includes(name) ? name : "token";
}

function grantTypeOf(event: string): string {
  return { "token.refresh": "refresh_token", "token.jwt_bearer": "jwt_bearer" }[event] ?? "token_exchange";
}

type Labels = Readonly<Record<string, string>>;

/** Values by their labels. */
interface Table {
  readonly values: Map<string, number>;
  add(labels: Labels, count: number): void;
}

// Those that are known before are there from the beginning, with 0.
function table(known: readonly Labels[] = []): Table {
  const values = new Map<string, number>();
  const add = (labels: Labels, count: number): void => {
    const name = written(labels);
    values.set(name, (values.get(name) ?? 0) + count);
  };
  for (const labels of known) add(labels, 0);
  return { values, add };
}

function one(value: number): Table {
  const single = table();
  single.add({}, value);
  return single;
}

// Words of the service: there is nothing in them to escape.
function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function family(name: string, type: string, help: string, { values }: Table): string {
  const lines = [...values].map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function histogram(name: string, help: string, routes: ReadonlyMap<string, Tally>): string {
  let text = `# HELP ${name} ${help}\n# TYPE ${name} histogram\n`;
  for (const [route, { count, sum, buckets }] of routes) {
    let below = 0;
    for (const [place, bound] of BOUNDS.entries()) {
      below += buckets[place] ?? 0;
      text += `${name}_bucket${written({ route, le: String(bound / 1000) })} ${below}\n`;
    }
    text += `${name}_bucket${written({ route, le: "+Inf" })} ${count}\n`;
    text += `${name}_sum${written({ route })} ${sum / 1000}\n`;
    text += `${name}_count${written({ route })} ${count}\n`;
  }
  return text;
}

function addTo(all: Tally, some: Tally): void {
  all.count += some.count;
  all.sum += some.sum;
  for (const [place, count] of some.buckets.entries()) all.buckets[place] = (all.buckets[place] ?? 0) + count;
}
