// One copy of the source in which each mutant stands beside the original, behind its number.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { output } from "../run.mjs";
import { ROOT } from "../setup.mjs";
import { chosenModule } from "./chosen.mjs";
import { sitesOf } from "./sites.mjs";

/**
 * Writes the copy to `folder`, without the mutants in `without`. Gives for each changed file where the texts of which
 * mutants stand in it, and the mutants that have no place, with the reason.
 */
export async function writeCopy(folder, mutants, without) {
  const files = await filesOfTheRepository();
  const byFile = Map.groupBy(
    mutants.filter(({ number }) => !without.has(number)),
    ({ file }) => file,
  );
  const placed = new Map();
  const left = [];
  for (const file of files) {
    let content = readFileSync(join(ROOT, file));
    if (byFile.has(file)) {
      const { sites, left: more } = sitesOf(content.toString(), byFile.get(file));
      left.push(...more);
      const copy = rendered(content.toString(), sites);
      placed.set(file, copy);
      content = Buffer.from(copy.text);
    }
    if (file === "src/lib.rs") content = Buffer.from(withMutants(content.toString()));
    writeChanged(join(folder, file), content);
  }
  const highest = Math.max(0, ...mutants.map(({ number }) => number));
  writeChanged(join(folder, "src", "mutant.rs"), Buffer.from(chosenModule(highest)));
  removeOthers(folder, new Set([...files, join("src", "mutant.rs")]));
  return { placed, left };
}

/** What the mutants need, and what cargo-mutants takes for granted in their texts: `vec!` and `::std`. */
function withMutants(library) {
  const macros = library.replace("extern crate alloc;", "#[macro_use]\nextern crate alloc;");
  return `${macros}\nmod mutant;\n#[cfg(not(test))]\nextern crate std;\n`;
}

async function filesOfTheRepository() {
  const text = await output("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: ROOT });
  return [...new Set(text.split("\0"))].filter((file) => file !== "" && existsSync(join(ROOT, file)));
}

/** Cargo compiles what is newer than before: what is as before is not written. */
function writeChanged(path, content) {
  if (existsSync(path) && readFileSync(path).equals(content)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function removeOthers(folder, files) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !files.has(relative(folder, path))) rmSync(path);
  }
}

/**
 * The source with its sites, outer before inner. `texts`: where the text of a mutant alone stands in it, and where all of
 * its site does, by place.
 */
export function rendered(source, sites) {
  const isPoint = ({ from, to }) => from === to;
  const sorted = sites.toSorted((a, b) => a.from - b.from || isPoint(b) - isPoint(a) || b.to - a.to);
  let text = "";
  const texts = [];
  const render = (from, to) => {
    let at = from;
    while (sorted.length > 0 && sorted[0].from < to && sorted[0].to <= to) {
      const site = sorted.shift();
      text += source.slice(at, site.from);
      const begin = text.length;
      for (const part of site.before) {
        const partBegin = text.length;
        text += part.text ?? part;
        if (part.number !== undefined)
          texts.push({ numbers: [part.number], isOwn: true, from: partBegin, to: text.length });
      }
      if (site.from < site.to) render(site.from, site.to);
      text += site.after;
      const numbers = site.mutants.map(({ number }) => number);
      texts.push({ numbers, isOwn: false, from: begin, to: text.length });
      at = site.to;
    }
    text += source.slice(at, to);
  };
  render(0, source.length);
  if (sorted.length > 0) throw new Error(`Sites overlap at ${sorted[0].from}.`);
  return { text, texts };
}
