// No file of the core or of the hosts may need itself, however far around: what is needed lies below.
import fs, { readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { Failure } from "./setup.mjs";

/** Fails, naming the files, where imports run in a circle. */
export function checkCircles() {
  const circles = [...circlesOf(rustImports()), ...circlesOf(typescriptImports())];
  if (circles.length === 0) return;
  throw new Failure(circles.map((files) => `These files need each other: ${files.join(", ")}`).join("\n"));
}

/** For each file of the core the files whose items it uses. Tests inside of files do not count. */
function rustImports() {
  const files = new Map(); // module path, such as `crate::jose::json`, to its file
  for (const file of fs.globSync("src/**/*.rs", { exclude: ["src/tasks/**"] }).map(slashed)) {
    const steps = file
      .replace(/^src\//, "")
      .replace(/\.rs$/, "")
      .replace(/\/mod$/, "")
      .split("/");
    files.set(["crate", ...(steps[0] === "lib" ? [] : steps)].join("::"), file);
  }
  const texts = new Map([...files].map(([module, file]) => [module, withoutTests(readFileSync(file, "utf8"))]));
  // What a module hands on, by its path there, and what each calls by a name of its own.
  const handedOn = new Map();
  const called = new Map([...texts.keys()].map((module) => [module, new Map()]));
  for (const [module, text] of texts) {
    for (const { path, name, isPublic } of usesOf(text)) {
      const whole = absolute(path, module, files);
      called.get(module).set(name, whole);
      if (isPublic) handedOn.set(`${module}::${name}`, whole);
    }
  }
  /** The module that defines what a path names; `undefined` where it is of another crate. */
  const defining = (path) => {
    const steps = path.split("::");
    for (let length = steps.length; length > 0; length -= 1) {
      const name = steps.slice(0, length).join("::");
      // A function may have the name of its module; what goes on behind `::` is the module.
      if (files.has(name) && length < steps.length) return name;
      if (handedOn.has(name)) return defining([handedOn.get(name), ...steps.slice(length)].join("::"));
      if (files.has(name)) return name;
    }
    return undefined;
  };
  const imports = new Map();
  for (const [module, text] of texts) {
    const names = called.get(module);
    // A module that is only named is not needed for that, but for what is taken out of it.
    const taken = [...usesOf(text)].filter(({ isPublic }) => !isPublic).map(({ name }) => names.get(name));
    const paths = taken.filter((path) => !files.has(path));
    for (const [path] of text.replaceAll(USE, "").matchAll(/(?<![\w:])[a-z_]\w*(?:::\w+)+/g)) {
      const [first, ...rest] = path.split("::");
      paths.push(names.has(first) ? [names.get(first), ...rest].join("::") : absolute(path, module, files));
    }
    const needed = new Set(paths.map(defining).filter((found) => ![undefined, module, "crate"].includes(found)));
    imports.set(files.get(module), new Set([...needed].map((found) => files.get(found))));
  }
  return imports;
}

const USE = /^\s*(pub(?:\([^)]*\))? )?use ([^;]+);/gm;

function withoutTests(text) {
  return text.replace(/#\[cfg\(test\)\]\s*mod tests \{[\s\S]*$/, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

/** Each path of the `use` declarations, braces written out, with the name that it gets here. */
function* usesOf(text) {
  for (const [, isPublic, tree] of text.matchAll(USE)) {
    for (const leaf of spread(tree.replaceAll(/\s+/g, " ").trim())) {
      const [path, name = path.split("::").at(-1)] = leaf.split(" as ");
      yield { path, name, isPublic: isPublic !== undefined };
    }
  }
}

function* spread(path) {
  const open = path.indexOf("{");
  if (open < 0) {
    yield path.replace(/::(self|\*)$/, "").trim();
    return;
  }
  const inner = path.slice(open + 1, path.lastIndexOf("}"));
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= inner.length; at += 1) {
    if (inner[at] === "{") depth += 1;
    if (inner[at] === "}") depth -= 1;
    if (at < inner.length && (inner[at] !== "," || depth > 0)) continue;
    const part = inner.slice(start, at).trim();
    start = at + 1;
    if (part !== "") yield* spread(part === "self" ? path.slice(0, open - 2) : path.slice(0, open) + part);
  }
}

function absolute(path, module, files) {
  const steps = path.split("::");
  let base = module.split("::");
  if (steps[0] === "crate") return path;
  if (steps[0] === "self") return [...base, ...steps.slice(1)].join("::");
  if (steps[0] === "super") {
    while (steps[0] === "super") {
      base = base.slice(0, -1);
      steps.shift();
    }
    return [...base, ...steps].join("::");
  }
  // A module below this one, or another crate.
  return files.has([...base, steps[0]].join("::")) ? [...base, ...steps].join("::") : path;
}

/** For each file of the hosts the files that it imports, types too. */
function typescriptImports() {
  const files = fs.globSync("src/hosts/**/*.ts").map(slashed);
  const imports = new Map();
  for (const file of files) {
    const needed = new Set();
    for (const [, from] of readFileSync(file, "utf8").matchAll(/\b(?:from|import) ?\(?"(\.[^"]+)"/g)) {
      const target = posix.normalize(posix.join(slashed(dirname(file)), from)).replace(/\.js$/, ".ts");
      if (files.includes(target)) needed.add(target);
    }
    imports.set(file, needed);
  }
  return imports;
}

/** The sets of files that need each other (Tarjan's strongly connected components of more than one). */
function circlesOf(imports) {
  const found = [];
  const index = new Map();
  const low = new Map();
  const stack = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    stack.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(file, Math.min(low.get(file), low.get(next)));
      } else if (stack.includes(next)) low.set(file, Math.min(low.get(file), index.get(next)));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return found;
}

function slashed(path) {
  return path.replaceAll("\\", "/");
}
