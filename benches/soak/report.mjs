// The table, and what of it is past its bound.

const MEBIBYTE = 1024 * 1024;

/**
 * What memory may have grown by since the first minute. The same load needs a tenth more or less from run to run, V8 lets
 * its heap grow before it collects, and Node takes 26 MiB at once some time in the first minutes. At 1,000 requests a second
 * ten minutes find what is kept of each request if it is 100 bytes or more in Node, and 250 in workerd.
 */
const MEMORY = { times: 1.15, more: 24 * MEBIBYTE };

/** What latency may have grown by. The machine is not quiet: other programs' turns are in it, in p99 above all. */
const LATENCY = { p50: { times: 1.5, more: 2 }, p99: { times: 2, more: 20 } };

/** Prints it; gives the sentences of what failed. */
export function report(record) {
  const rows = record.latencies();
  const memory = record.memories();
  console.log("| requests | number | wrong | p50, ms: start | end | p99, ms: start | end |");
  console.log("|---|--:|--:|--:|--:|--:|--:|");
  for (const { name, count, faults, start, end } of rows) {
    const wrong = name === "all" ? record.wrong : sum(faults.values());
    const figures = [start.p50, end.p50, start.p99, end.p99].map((value) => value.toFixed(1));
    console.log(`| ${[name, count, wrong, ...figures].join(" | ")} |`);
  }
  const all = rows.at(-1);
  const loads = record.loads();
  console.log(`load of the machine: ${loads.start?.toFixed(1)} at the start, ${loads.end?.toFixed(1)} at the end`);
  console.log(`${(all.count / record.seconds()).toFixed(0)} requests per second`);
  console.log(
    `memory, MiB: ${inMebibytes(memory.start)} after the first minute, ${inMebibytes(memory.end)} at the end`,
  );
  console.log(`memory, MiB, each ten seconds: ${memory.each.map(inMebibytes).join(" ")}`);

  const failures = rows.flatMap(({ faults }) => [...faults].map(([fault, times]) => `${times} x ${fault}`));
  if (record.hopeless()) return [...failures, `${record.wrong} wrong answers: it was ended early`];
  if (!(memory.end <= memory.start * MEMORY.times + MEMORY.more)) {
    failures.push(`memory: ${inMebibytes(memory.end)} MiB at the end, ${inMebibytes(memory.start)} after a minute`);
  }
  for (const [quantile, { times, more }] of Object.entries(LATENCY)) {
    const [start, end] = [all.start[quantile], all.end[quantile]];
    if (!(end <= start * times + more)) {
      failures.push(`latency: ${quantile} ${end.toFixed(1)} ms at the end, ${start.toFixed(1)} ms after a minute`);
    }
  }
  return failures;
}

function sum(values) {
  return [...values].reduce((all, value) => all + value, 0);
}

function inMebibytes(bytes) {
  return (bytes / MEBIBYTE).toFixed(0);
}
