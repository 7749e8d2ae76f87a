// One run as a table for people, as JUnit's XML for build servers, and as JSON.

/** A line for each case and a block for each that failed. `verbose` shows what every case sent and got. */
export function table({ target, counts, results }, { verbose = false } = {}) {
  const lines = [`Conformance to RFC 8693: ${target}`, ""];
  let part;
  for (const result of results) {
    if (result.part !== part) lines.push(`${part === undefined ? "" : "\n"}${(part = result.part)}`);
    lines.push(line(result));
    if (result.outcome === "failed" || verbose) lines.push(...block(result));
  }
  return `${lines.join("\n")}\n\n${summary(counts)}\n`;
}

export function summary({ cases, passed, failedMust, failedShould, skipped }) {
  return `${cases} cases: ${passed} passed, ${failedMust} MUST failed, ${failedShould} SHOULD failed, ${skipped} skipped.`;
}

function line({ outcome, level, section, name, reason }) {
  const word = { passed: "ok  ", failed: "FAIL", skipped: "skip" }[outcome];
  const why = outcome === "skipped" ? ` (${reason})` : "";
  return `  ${word} ${level.padEnd(6)} ${section.padEnd(16)} ${name}${why}`;
}

function block({ says, expected, received, log }) {
  const lines = [says, ...expected.map((one) => `expected: ${one}`)];
  if (received !== undefined) lines.push(`received: ${received}`);
  for (const { sent, received: answer } of log) lines.push("sent:", indented(sent), "got:", indented(answer));
  return lines.map((text) => indented(text, "       | "));
}

function indented(text, by = "  ") {
  return text.replace(/^/gm, by);
}

/** For build servers. A SHOULD that failed is no failure there: it is in the case's output. */
export function junit({ target, counts, results }) {
  const cases = results.map((result) => {
    const { part, name, level, outcome, section, says, reason, received = "" } = result;
    const head = `<testcase classname="${xml(part)}" name="${xml(`${name} (${section}, ${level})`)}"`;
    if (outcome === "passed") return `    ${head}/>`;
    if (outcome === "skipped") return `    ${head}><skipped message="${xml(reason)}"/></testcase>`;
    const text = xml([`${level}: ${says}`, ...block(result)].join("\n"));
    const inner =
      level === "MUST" ? `<failure message="${xml(received)}">${text}</failure>` : `<system-out>${text}</system-out>`;
    return `    ${head}>${inner}</testcase>`;
  });
  const numbers = `tests="${counts.cases}" failures="${counts.failedMust}" skipped="${counts.skipped}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${numbers}>
  <testsuite name="${xml(target)}" ${numbers}>
${cases.join("\n")}
  </testsuite>
</testsuites>
`;
}

function xml(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => names[character]);
}

export function json(run) {
  return `${JSON.stringify(run, null, 2)}\n`;
}
