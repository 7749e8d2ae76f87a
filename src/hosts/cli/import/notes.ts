import { Failure } from "../failure.js";

/** What cannot be carried over: nothing is dropped without its name. */
export class Notes {
  readonly #lines: string[] = [];
  readonly #refused: string[] = [];
  readonly #given: ReadonlySet<string>;
  readonly #met = new Set<string>();

  /** `given`: the paths that the user wants to be left out. */
  constructor(given: readonly string[]) {
    this.#given = new Set(given);
  }

  /** Has no counterpart here, and without it nobody gets in who did not. */
  leftOut(path: string, why: string): void {
    this.#lines.push(`${path}: ${why}`);
  }

  /** Without it somebody could get in who did not: nothing is written, unless the user leaves it out himself. */
  refused(path: string, why: string): void {
    if (this.#given.has(path)) {
      this.#met.add(path);
      this.leftOut(path, "It is left out, as asked.");
    } else this.#refused.push(`${path}: ${why}`);
  }

  /** Whether a path is left out by the user. */
  isLeftOut(path: string): boolean {
    if (!this.#given.has(path)) return false;
    if (!this.#met.has(path)) this.refused(path, "");
    return true;
  }

  /** A line of another's. */
  add(line: string): void {
    this.#lines.push(line);
  }

  /** What was gathered apart: what there is to say, and what cannot be said here. `of`: who knows what the user leaves out. */
  gathered(of: Notes): { lines: readonly string[]; faults: readonly string[] } {
    for (const path of this.#met) of.#met.add(path);
    return { lines: this.#lines, faults: this.#refused };
  }

  /** Notes of their own that know what the user leaves out. */
  apart(): Notes {
    return new Notes([...this.#given]);
  }

  /** What there is to say. Throws `Failure` where nothing may be written. */
  told(): readonly string[] {
    for (const path of this.#given) {
      if (!this.#met.has(path)) throw new Failure(`There is nothing to leave out at one of the given paths.`);
    }
    if (this.#refused.length > 0) {
      const hint = "Nothing is written: without these, the result would let in more. --leave-out PATH leaves one out.";
      throw new Failure([...this.#refused, hint].join("\n"));
    }
    return this.#lines;
  }
}
