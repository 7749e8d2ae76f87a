// What happens at SIGHUP.
import { Failure } from "./failure.js";
import { style, tell } from "./terminal.js";

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
