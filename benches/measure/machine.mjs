import { cpus, loadavg } from "node:os";

/** What the figures were measured on, and what else ran there. */
export function machine() {
  const processors = cpus();
  const load = loadavg()[0].toFixed(2);
  return `Node ${process.versions.node}, ${processors.length} x ${processors[0].model.trim()}, load ${load}`;
}
