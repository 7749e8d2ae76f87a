// Where in a source file which mutants stand, and how each is written beside the original.
//
// A site replaces `from` to `to` of the source by `before`, the source itself (with the sites inside it) and `after`. Of
// `before`, the parts with a `number` are the text of that mutant alone.
import { extentOfBinary, extentOfUnary } from "./operands.mjs";
import { placesIn } from "./places.mjs";
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
    const error = notInOneCopy(mutant, source.slice(at(mutant.function?.span.start ?? mutant.span.start), place.from));
    if (error !== undefined) {
      left.push({ ...mutant, reason: "not run", error });
      continue;
    }
    if (mutant.genre === "MatchArm" && isNeeded(tokens, indexAt(tokens, place.from))) {
      left.push({ ...mutant, reason: "not compiled", error: "no other arm is for all that this one is for" });
      continue;
    }
    const key = `${mutant.genre} ${place.from}`;
    if (!sites.has(key)) sites.set(key, { ...place, genre: mutant.genre, mutants: [] });
    sites.get(key).mutants.push(mutant);
  }
  return { sites: [...sites.values()].map((site) => WRITTEN[site.genre](site, source, tokens)), left };
}

/** Why a mutant cannot stand beside the original, or `undefined`. `before`: the source from the head of its function on. */
function notInOneCopy({ genre, function: { return_type: type } = {} }, before) {
  const head = before.includes("{") ? before.slice(0, before.indexOf("{")) : before;
  if (/\bconst\s+fn\b/.test(head)) return "a const fn cannot ask which mutant is chosen";
  if (genre === "FnValue" && /^-> impl\b/.test(type)) return "a function that returns `impl` has one type";
  return undefined;
}

/** Whether the match is not exhaustive without this arm: it has no guard, and there is no `_` without one. */
function isNeeded(tokens, arm) {
  if (guardOf(tokens, arm).index !== undefined) return false;
  let open = arm - 1;
  while (!(tokens[open].partner > open)) open = (tokens[open].partner ?? open) - 1;
  for (let index = open + 1; index < tokens[open].partner; index = (tokens[index].partner ?? index) + 1)
    if (tokens[index].text === "_" && tokens[index + 1].text === "=>") return false;
  return true;
}

/** Where the guard of an arm begins (`if`), or `undefined`; and where the arrow stands. */
function guardOf(tokens, arm) {
  let index;
  let arrow = arm;
  for (; tokens[arrow].text !== "=>"; arrow = (tokens[arrow].partner ?? arrow) + 1)
    if (tokens[arrow].text === "if" && index === undefined) index = arrow;
  return { index, arrow };
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
    const { index: guard, arrow } = guardOf(tokens, indexAt(tokens, from));
    if (guard === undefined) {
      const place = tokens[arrow].from;
      return { from: place, to: place, mutants, before: [`if ${never} `], after: "" };
    }
    const extent = { from: tokens[guard + 1].from, to: tokens[arrow - 1].to };
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
    const last = tokens.findLastIndex((token) => token.to <= to && token.text !== ",");
    const site = alternatives({ from: value, to: tokens[last].to }, mutants, () => `(${base}).${name}`);
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
