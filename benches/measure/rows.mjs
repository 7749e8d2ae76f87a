// The rows of the one table in benches/README.md: what is measured, its target, and the program that measures it.
import { appendFileSync, readFileSync } from "node:fs";

const ROWS = {
  node: {
    what: "exchange in Node, median: `jose` 64 at once / `fast-jwt` / hand-written `node:crypto`, times ours",
    target: "6 / 2.5 / 1.3",
    program: "exchange",
  },
  constant: {
    what: "Worker with its log line, of a constant Worker with the same log line",
    target: "0.85",
    program: "worker",
  },
  jose: {
    what: "the same against the `jose` Worker with the same log line, requests per second",
    target: "1.8",
    program: "worker",
  },
  workerdStart: {
    what: "first request of a fresh workerd, over a constant Worker's: against the `jose` Worker that reads the same keys from KV",
    target: "at most 1.0 times",
    program: "start",
  },
  nodeStart: {
    what: 'Node: import and first exchange, beside `import("jose")` and a first exchange',
    target: "at most 1.5 times",
    program: "start",
  },
  counts: {
    what: "KV reads cold / warm; Durable Object calls without / with refresh token",
    target: "one round / 0; 0 / 1, counted in a test",
    program: "counts",
  },
  growth: {
    what: "10 against 100,000 Users",
    target: "within 10 per cent",
    program: "growth",
  },
  size: {
    what: "gzip of the module, everything in it",
    target: "at most 190 kB; what each room costs stands in `benches/README.md`",
    program: "size",
  },
};

/** The names of the programs that measure rows. */
export const PROGRAMS = [...new Set(Object.values(ROWS).map(({ program }) => program))];

/**
 * Notes what was measured for a row, where `npm run bench -- --markdown` asks for it. `measured`: text; `met`: whether it
 * reaches the target.
 */
export function note(name, measured, met) {
  if (!Object.hasOwn(ROWS, name)) throw new TypeError(`there is no row ${name}`);
  const file = process.env.BENCH_ROWS;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ name, measured, met })}\n`);
}

/** The table of what was noted in the file, in the order of the rows; `complete`: whether no row is missing. */
export function table(file) {
  const noted = new Map();
  for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const { name, ...row } = JSON.parse(line);
    noted.set(name, row);
  }
  const rows = Object.entries(ROWS).filter(([name]) => noted.has(name));
  const lines = rows.map(([name, { what, target, program }]) => {
    const { measured, met } = noted.get(name);
    return `| ${what} | ${target} | ${measured} | ${met ? "met" : "missed"} | \`${program}\` |`;
  });
  const head = ["| what | target | measured | | `npm run bench --` |", "| --- | --- | --- | --- | --- |"];
  return { text: [...head, ...lines].join("\n"), complete: rows.length === Object.keys(ROWS).length };
}
