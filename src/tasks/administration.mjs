// The administrator's interface of a running service, for the tasks that store resources in it.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { DEV_VARS } from "./dev_vars.mjs";
import { Failure } from "./setup.mjs";

export const TYPES = ["User", "TokenIntrospector", "Client"]; // in the order in which they are stored: rights come last

// What one request may have (contract section 7), and some room for the bundle around it.
const CHANGES_AT_ONCE = 100;
const BYTES_AT_ONCE = 60_000;

/** The administrator's token of this machine; undefined where .dev.vars has none. */
export function localToken() {
  return parseEnv(readFileSync(DEV_VARS, "utf8")).STS_ADMIN_TOKEN;
}

/** The administrator's interface at `url`. */
export function administration(url, token) {
  async function send(method, path, body) {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) }).catch(() => {
      throw new Failure(`${url}: nothing answers there.`);
    });
    if (response.ok) return response.json();
    throw new Failure(await told(url, response));
  }

  /** Every `Type/id` that is there. */
  async function names() {
    const found = [];
    for (const type of TYPES) {
      for (let page = 1; ; page += 1) {
        const { entry, link } = await send("GET", `/${type}?_count=1000&_page=${page}`);
        found.push(...entry.map(({ resource }) => `${type}/${resource.id}`));
        if (!link.some(({ relation }) => relation === "next")) break;
      }
    }
    return found;
  }

  /** Stores resources over what is there, and deletes those named by `gone`; each piece whole or not at all. */
  async function store(resources, gone = []) {
    const put = (resource) => ({
      resource,
      request: { method: "PUT", url: `${resource.resourceType}/${resource.id}` },
    });
    const rank = ({ resourceType }) => TYPES.indexOf(resourceType);
    const sorted = [...resources].sort((one, other) => rank(one) - rank(other));
    const entries = [...gone.map((url) => ({ request: { method: "DELETE", url } })), ...sorted.map(put)];
    for (const entry of pieces(entries)) {
      await send("POST", "/$import", { resourceType: "Bundle", type: "transaction", entry });
    }
  }

  async function isEmpty() {
    const pages = await Promise.all(TYPES.map((type) => send("GET", `/${type}?_count=1`)));
    return pages.every(({ total }) => total === 0);
  }

  return { names, store, isEmpty };
}

async function told(url, response) {
  const { issue = [] } = await response.json().catch(() => ({}));
  const faults = issue.map(({ expression = [], diagnostics }) => [...expression, diagnostics].join(": "));
  return [`${url} answers ${response.status}.`, ...faults].join("\n");
}

function pieces(entries) {
  const all = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const own = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes + own > BYTES_AT_ONCE || all.at(-1).length >= CHANGES_AT_ONCE) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1).push(entry);
    bytes += own;
  }
  return all;
}
