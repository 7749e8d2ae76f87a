import type { Notes } from "./notes.js";

/** An object of the file that is read. Each member is asked for by its name; one that nobody asked for is refused. */
export class Section {
  readonly path: string;
  readonly notes: Notes;
  readonly #members: Record<string, unknown>;
  readonly #taken = new Set<string>();

  constructor(path: string, members: Record<string, unknown>, notes: Notes) {
    this.path = path;
    this.#members = members;
    this.notes = notes;
  }

  /** The path of a member, for people and for --leave-out. */
  at(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  /** The same object, with other notes. */
  withNotes(notes: Notes): Section {
    return new Section(this.path, this.#members, notes);
  }

  get names(): string[] {
    return Object.keys(this.#members);
  }

  /** A member; undefined where it is absent, null, or left out by the user. */
  take(name: string): unknown {
    this.#taken.add(name);
    const value = Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
    if (value === undefined || value === null || this.notes.isLeftOut(this.at(name))) return undefined;
    return value;
  }

  text(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === "string") return value;
    return this.#wrong(name, "It must be a text.");
  }

  /** A list of texts; one text is a list of one. */
  texts(name: string): string[] {
    const value = this.take(name);
    const list: unknown[] = Array.isArray(value) ? value : value === undefined || value === "" ? [] : [value];
    if (list.every((item) => typeof item === "string")) return list;
    this.#wrong(name, "It must be a text or a list of texts.");
    return [];
  }

  section(name: string): Section | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (isObject(value)) return new Section(this.at(name), value, this.notes);
    return this.#wrong(name, "It must be an object.");
  }

  /** A list of objects; one object is a list of one. */
  sections(name: string): Section[] {
    const value = this.take(name);
    const list: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return list.flatMap((item, index) => {
      if (isObject(item)) return [new Section(`${this.at(name)}[${index}]`, item, this.notes)];
      this.#wrong(`${name}[${index}]`, "It must be an object.");
      return [];
    });
  }

  /** Members that decide nothing: names, times, descriptions. */
  ignore(...names: string[]): void {
    for (const name of names) this.#taken.add(name);
  }

  /** Members that have no counterpart and restrict nothing; what is there and not empty is told. */
  leaveOut(why: string, ...names: string[]): void {
    for (const name of names) {
      if (!isEmpty(this.take(name))) this.notes.leftOut(this.at(name), why);
    }
  }

  /** Members that restrict who gets in and cannot be expressed. */
  refuse(why: string, ...names: string[]): void {
    for (const name of names) {
      if (!isEmpty(this.take(name))) this.notes.refused(this.at(name), why);
    }
  }

  /** Every member was asked for, or is refused. */
  end(): void {
    for (const name of this.names) {
      if (!this.#taken.has(name)) {
        this.notes.refused(this.at(name), "It is not known here, and may be a restriction.");
      }
    }
  }

  #wrong(name: string, why: string): undefined {
    this.notes.refused(this.at(name), why);
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Vault prints every member of a role, the unused ones as 0, false, "" or [].
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === 0 || value === false || value === "" || value === "0s";
}
