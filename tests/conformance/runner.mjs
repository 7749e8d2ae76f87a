// Runs the cases one after the other, as one client would.
import { Attempt, NotTried, Unmet } from "./attempt.mjs";
import { PARTS } from "./cases/index.mjs";
import { secretsOf } from "./masked.mjs";
import { agents } from "./request.mjs";

/** Nothing can be said of a server that refuses the good request, or does not answer. */
export class Unusable extends Error {}

/**
 * Runs every case against a target of `readTarget`. Gives { target, parts, counts, results }, each result
 * { part, name, section, level, says, outcome, reason, expected, received, log }; `outcome` is passed, failed or skipped.
 * `only`: names of cases or parts. `onResult` is told of each as it comes.
 */
export async function conformance(target, { only = [], onResult = () => undefined } = {}) {
  const run = { target, secrets: secretsOf(target), agents: agents(), fixed: {} };
  try {
    await mustServe(run);
    const results = [];
    for (const part of PARTS) {
      const missing = part.missing?.(target);
      for (const one of part.cases) {
        if (only.length > 0 && !only.includes(one.name) && !only.includes(part.name)) continue;
        const result = await resultOf(one, part, missing ?? one.missing?.(target), run);
        results.push(result);
        onResult(result);
      }
    }
    return { target: target.name, counts: counted(results), results };
  } finally {
    run.agents.close();
  }
}

async function mustServe(run) {
  const attempt = new Attempt(run);
  let answer;
  try {
    answer = await (await attempt.exchange()).send();
    if (answer.status === 200 && typeof answer.json?.access_token === "string") return;
  } catch (error) {
    throw new Unusable(`The good exchange cannot be sent: ${error.code ?? error.message}`);
  }
  const last = attempt.log.at(-1);
  throw new Unusable(
    `The server refuses the good exchange, so that nothing can be changed in it.\n\n${last.sent}\n\n${last.received}`,
  );
}

async function resultOf({ name, section, level, says, run: work }, part, missing, run) {
  const result = { part: part.name, name, section, level, says };
  if (missing !== undefined) return { ...result, outcome: "skipped", reason: missing, expected: [], log: [] };
  const attempt = new Attempt(run);
  const ended = (outcome, more) => ({ ...result, outcome, expected: attempt.expected, ...more, log: attempt.log });
  try {
    await work(attempt);
    return ended("passed", {});
  } catch (error) {
    if (error instanceof Unmet) return ended("failed", { received: error.message });
    if (error instanceof NotTried) return ended("skipped", { reason: error.message });
    if (error.code !== undefined || error.message === "no answer in 30 s")
      return ended("failed", { received: `no answer: ${error.code ?? error.message}` });
    // The suite is at fault then, or the answer is one that nobody thought of: the other cases still tell something.
    return ended("failed", { received: `an answer that the suite cannot read: ${error.message}` });
  }
}

function counted(results) {
  const of = (outcome, level) =>
    results.filter((one) => one.outcome === outcome && (!level || one.level === level)).length;
  return {
    cases: results.length,
    passed: of("passed"),
    failedMust: of("failed", "MUST"),
    failedShould: of("failed", "SHOULD"),
    skipped: of("skipped"),
  };
}
