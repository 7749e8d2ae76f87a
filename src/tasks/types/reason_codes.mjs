// The stable codes of the core, read from its sources: there each of them stands once, in a match without a default.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The codes: those of a request (`reasons`), of a token (`tokenFaults`) and of a fetch (`fetchFaults`). */
export function reasonCodes(root) {
  const codes = (file, method) => codesOf(readFileSync(join(root, file), "utf8"), file, method);
  // Written only where a token or a fetch is at fault, whose own codes take its place.
  const reasons = codes("src/error.rs", "code").filter((code) => code !== "token");
  return {
    // The host's own, where the module failed.
    reasons: [...reasons, ...codes("src/error/dpop_fault.rs", "reason"), "internal_error"],
    tokenFaults: codes("src/error/token_fault.rs", "code"),
    fetchFaults: [
      ...codes("src/issuers/fault.rs", "code"),
      ...codes("src/host/fault.rs", "code"),
      ...codes("src/jose/key_set.rs", "code"),
    ],
  };
}

/** The texts that the arms of the function `method` give. */
function codesOf(source, file, method) {
  const bodies = source.split(new RegExp(`fn ${method}\\(self\\)`)).slice(1);
  const found = bodies.flatMap((body) => {
    const end = body.search(/\n    }\n/);
    return [...body.slice(0, end).matchAll(/=> "([a-z0-9_.]+)"/g)].map(([, code]) => code);
  });
  if (found.length === 0) throw new Error(`${file} has no codes in ${method}`);
  return [...new Set(found)];
}
