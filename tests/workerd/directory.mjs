// `durableDirectory` in workerd, seen from a test.
import { startWorker } from "./worker.mjs";

/** Starts the Worker of directory_worker.mjs. */
export async function startDirectory(path) {
  const worker = await startWorker({
    path,
    main: "tests/workerd/directory_worker.mjs",
    change: withDirectory,
    bindings: {},
  });

  async function ask(question) {
    const headers = { "content-type": "application/json" };
    const response = await worker.fetch("/directory", { method: "POST", headers, body: JSON.stringify(question) });
    const answer = JSON.parse(await response.text());
    if (response.status === 200) return answer.value;
    throw Object.assign(new Error(answer.message), { name: answer.name });
  }

  /** The directory, where requests read with this consistency. */
  function directory(consistency) {
    const method =
      (method) =>
      (...parameters) =>
        ask({ method, parameters, consistency });
    const methods = ["read", "look", "change", "list", "history", "waiting"];
    return {
      writable: true,
      replicated: consistency === "eventual",
      ...Object.fromEntries(methods.map((name) => [name, method(name)])),
    };
  }

  return {
    directory,
    /** From now on writes of KV keys with this beginning fail: they throw, hang, or are done late, after 12 s. */
    fail: (prefix, how = "throws") => ask({ what: "fault", parameters: { prefix, how } }),
    heal: () => ask({ what: "fault", parameters: { prefix: null } }),
    /** The keys that were written in KV since the last call, failures too. */
    writes: () => ask({ what: "writes" }),
    /** What is in KV, without a call of the object. */
    kv: (key) => ask({ what: "kv", parameters: key }),
    /** When the object's alarm comes, in milliseconds; null for never. */
    planned: () => ask({ what: "planned" }),
    lines: worker.lines,
    stop: () => worker.stop(),
  };
}

function withDirectory(text) {
  if (text.includes('"DIRECTORY"')) return text;
  return `${text}
[[durable_objects.bindings]]
name = "DIRECTORY"
class_name = "Directory"

[[migrations]]
tag = "directory"
new_sqlite_classes = ["Directory"]
`;
}
