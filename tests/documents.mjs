// The documentation as it is written (`www/docs/`), for the tests that run what is printed there. Works in a page, too.

/** The text of a page, by its name: `page("reference/errors")`. */
export async function page(name) {
  const url = new URL(`../www/docs/${name}.md`, import.meta.url);
  if (url.protocol === "file:") return (await import("node:fs/promises")).readFile(url, "utf8");
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

/** What stands under a heading, up to the next one of its level or above. `heading` is the whole line. */
export function section(text, heading) {
  const [, after] = `\n${text}`.split(`\n${heading}\n`);
  if (after === undefined) throw new Error(`There is no heading ${heading}.`);
  const level = /^#+/.exec(heading)[0].length;
  let code = false;
  const lines = after.split("\n");
  const end = lines.findIndex((line) => {
    if (/^ *```/.test(line)) code = !code;
    const [hashes] = /^#+(?= )/.exec(line) ?? [];
    return !code && hashes !== undefined && hashes.length <= level;
  });
  return lines.slice(0, end < 0 ? undefined : end).join("\n");
}

/** The blocks of code: `{ language, code }`, in their order. A block inside a list is indented; its code is not. */
export function blocks(text) {
  const found = [...text.matchAll(/^( *)```(\w*)[^\n]*\n([^]*?)^\1```$/gm)];
  return found.map(([, indent, language, code]) => ({
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** The code of the blocks in one language. */
export const code = (text, language) =>
  blocks(text)
    .filter((block) => block.language === language)
    .map((block) => block.code);

/** The rows of every table, each a list of cells, without the heads. */
export function rows(text) {
  const lines = text.split("\n");
  const isRow = (line) => line?.startsWith("|");
  return lines
    .filter((line, index) => isRow(line) && isRow(lines[index - 1]) && !/^\|[ :|-]+$/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What stands in backquotes. */
export const quoted = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
