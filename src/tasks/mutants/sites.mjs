// Where in a source file which mutants stand, and how each is written beside the original.
//
// A site replaces `from` to `to` of the source by `before`, the source itself (with the sites inside it) and `after`. Of
// `before`, the parts with a `number` are the text of that mutant alone.
import { extentOfBinary, extentOfUnary } from "./operands.mjs";
import { placesIn } from "./list.mjs";
import { tokensOf } from "./tokens.mjs";

const IS = "crate::mutant::is";

/** The sites of one file, and the mutants that have none, with the reason. */
export function sitesOf(source, mutants) {
  const tokens = tokensOf(source);
  const at = placesIn(source);
  const sites = new Map();
  const left = [];
  for (const mutant of mutants) {
    const place = { from: at(mutant.span.start), to: at(mutant.span.end) };
    if (isConst(source, at(mutant.function?.span.start ?? mutant.span.start), place.from)) {
      left.push({ ...mutant, reason: "const" });
      continue;
    }
    const key = `${mutant.genre} ${place.from}`;
    if (!sites.has(key)) sites.set(key, { ...place, genre: mutant.genre, mutants: [] });
    sites.get(key).mutants.push(mutant);
  }
  return { sites: [...sites.values()].map((site) => WRITTEN[site.genre](site, source, tokens)), left };
}

/** A `const fn` cannot ask which mutant is chosen. */
function isConst(source, from, to) {
  const head = source.slice(from, to);
  return /\bconst\s+fn\b/.test(head.slice(0, head.indexOf("{") < 0 ? undefined : head.indexOf("{")));
}

const WRITTEN = {
  FnValue({ from, mutants }) {
    const returns = mutants.flatMap(({ number, replacement }) => [
      `if ${IS}(${number}) { return `,
      { number, text: replacement },
      "; } ",
    ]);
    return { from, to: from, mutants, before: returns, after: "" };
  },

  BinaryOperator({ from, to, mutants }, source, tokens) {
    const extent = extentOfBinary(tokens, indexAt(tokens, from));
    const [left, right] = [source.slice(extent.from, from), source.slice(to, extent.to)];
    return alternatives(extent, mutants, (mutant) => `${left}${mutant.replacement}${right}`);
  },

  UnaryOperator({ from, to, mutants }, source, tokens) {
    const extent = extentOfUnary(tokens, indexAt(tokens, from));
    return alternatives(extent, mutants, (mutant) => `${mutant.replacement}${source.slice(to, extent.to)}`);
  },

  MatchArmGuard({ from, to, mutants }) {
    const chosen = (replacement) =>
      mutants.filter((mutant) => mutant.replacement === replacement).map(({ number }) => `${IS}(${number})`);
    const [always, never] = [chosen("true"), chosen("false")];
    const before = `(${always.map((is) => `${is} || `).join("")}${never.map((is) => `!${is} && `).join("")}(`;
    return { from, to, mutants, before: [before], after: "))" };
  },

  // An arm that is deleted is one whose guard is never met.
  MatchArm({ from, mutants }, source, tokens) {
    const never = mutants.map(({ number }) => `!${IS}(${number})`).join(" && ");
    let index = indexAt(tokens, from);
    let guard;
    for (; tokens[index].text !== "=>"; index = (tokens[index].partner ?? index) + 1)
      if (tokens[index].text === "if" && guard === undefined) guard = index;
    if (guard === undefined) {
      const place = tokens[index].from;
      return { from: place, to: place, mutants, before: [`if ${never} `], after: "" };
    }
    const extent = { from: tokens[guard + 1].from, to: tokens[index - 1].to };
    return { ...extent, mutants, before: [`(${never} && (`], after: "))" };
  },

  // `name: value, ..base`: the field is that of the base.
  StructField({ from, to, mutants }, source, tokens) {
    let dots = indexAt(tokens, from);
    while (tokens[dots].text !== "..") dots = (tokens[dots].partner ?? dots) + 1;
    let end = dots;
    while (tokens[end].text !== "}") end = (tokens[end].partner ?? end) + 1;
    const base = source.slice(tokens[dots].to, tokens[end - 1].to);
    const index = indexAt(tokens, from);
    const name = tokens[index].text;
    const value = tokens[index + 1].text === ":" ? tokens[index + 2].from : from;
    const site = alternatives({ from: value, to }, mutants, () => `(${base}).${name}`);
    return value === from ? { ...site, before: [`${name}: `, ...site.before] } : site;
  },
};

function alternatives(extent, mutants, textOf) {
  const before = mutants.flatMap((mutant) => [
    `if ${IS}(${mutant.number}) { (`,
    { number: mutant.number, text: textOf(mutant) },
    ") } else ",
  ]);
  return { ...extent, mutants, before: ["(", ...before, "{ ("], after: ") })" };
}

function indexAt(tokens, place) {
  const index = tokens.findIndex((token) => token.from === place);
  if (index < 0) throw new Error(`No token begins at ${place}.`);
  return index;
}
