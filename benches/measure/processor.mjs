// The processor's time of another process, where the system says it (Linux): it holds on a busy machine, too.
import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds of all threads of a process so far; NaN where nobody knows. */
export function processorTime(pid) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
    );
    return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
  } catch {
    return NaN;
  }
}

/** The process with this name that was started by this one, the newest; undefined where nobody knows. */
export function child(name) {
  try {
    const processes = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
    return processes.filter((pid) => isChild(pid, name)).at(-1);
  } catch {
    return undefined;
  }
}

function isChild(pid, name) {
  try {
    const [, its, parent] = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1")) ?? [];
    return its === name && Number(parent) === process.pid;
  } catch {
    return false; // it has just ended
  }
}
