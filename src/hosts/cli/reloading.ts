// What happens at SIGHUP.
import type { Sts } from "../sts.js";
import { Failure } from "./failure.js";
import { style, tell } from "./terminal.js";

/** A service that can be replaced by another one while it serves. */
export class Replaceable implements Pick<Sts, "fetch"> {
  #sts: Sts;

  constructor(sts: Sts) {
    this.#sts = sts;
  }

  replace(sts: Sts): void {
    this.#sts = sts;
  }

  readonly fetch: Sts["fetch"] = (request, from) => this.#sts.fetch(request, from);
}

/** Reads again when SIGHUP comes, one time after the other. What cannot be used changes nothing. */
export function onHangup(reload: () => Promise<string>): void {
  if (process.platform === "win32") return; // there the console is closed with it
  let before = Promise.resolve();
  process.on("SIGHUP", () => {
    before = before.then(reload).then(
      (what) => tell(`${what} are read again, and serve from now on.`),
      (error: unknown) => {
        const why = error instanceof Failure ? error.message : "It failed.";
        tell(`${why}\n${style("fault", "Nothing is changed: it serves with what it had.")}`);
      },
    );
  });
}
