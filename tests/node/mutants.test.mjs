// `npm run mutants -- --quick`: how far the operands of an operator reach, and what stands beside the original then.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rendered } from "../../src/tasks/mutants/copy.mjs";
import { extentOfBinary, extentOfUnary } from "../../src/tasks/mutants/operands.mjs";
import { sitesOf } from "../../src/tasks/mutants/sites.mjs";
import { tokensOf } from "../../src/tasks/mutants/tokens.mjs";

describe("the operands of an operator", () => {
  // In the source `@` stands before the operator; then what both operands are, with the operator between them.
  for (const [source, expected] of [
    ["let a = b @+ c * d;", "b + c * d"],
    ["a - b @- c - d", "a - b - c"],
    ["if a == b @&& c.d(e, f)? || g { h }", "a == b && c.d(e, f)?"],
    ["if a @== b { c } else { d }", "a == b"],
    ["let a = if b { c } else { d @< e };", "d < e"],
    ["let a = b @+ if c { d } else { e };", "b + if c { d } else { e }"],
    ["let a = b @|| match c { D { e } => f, _ => g };", "b || match c { D { e } => f, _ => g }"],
    ["a.any(|b| b @== *c && d)", "b == *c"],
    ["a.any(|| b @== c)", "b == c"],
    ["a(b @| c, d)", "b | c"],
    ["match a { B if c @> 1 => d, _ => e }", "c > 1"],
    ["for a in b { c(); } *d @+= e - 1;", "*d += e - 1"],
    ["if a { b(); }\nc @== d", "c == d"],
    ["return a @<< b;", "a << b"],
    ["A { b: c @!= d }", "c != d"],
    ["a @== A { b: c }", "a == A { b: c }"],
    ["a as u64 @* b as u64", "a as u64 * b as u64"],
    ["a.collect::<Vec<Vec<_>>>() @== b", "a.collect::<Vec<Vec<_>>>() == b"],
    ["for a in b..c @/ 2 {}", "c / 2"],
    ["a @== '\\'' && b == \"\\\" || \" // || c\n", "a == '\\''"],
    ["a('b', 1.0e5 @- c)", "1.0e5 - c"],
    ["let a = -b @- -c;", "-b - -c"],
  ])
    test(source, () => {
      const place = source.indexOf("@");
      const clean = source.replace("@", "");
      const tokens = tokensOf(clean);
      const extent = extentOfBinary(
        tokens,
        tokens.findIndex(({ from }) => from === place),
      );
      assert.equal(clean.slice(extent.from, extent.to), expected);
    });

  for (const [source, expected] of [
    ["a && @!b.c(d)? && e", "!b.c(d)?"],
    ["a - @-1 - b", "-1"],
    ["@!matches!(a, B | C) || d", "!matches!(a, B | C)"],
    ["if @!a { b }", "!a"],
    ["@-a as u64", "-a"],
  ])
    test(source, () => {
      const place = source.indexOf("@");
      const clean = source.replace("@", "");
      const tokens = tokensOf(clean);
      const extent = extentOfUnary(
        tokens,
        tokens.findIndex(({ from }) => from === place),
      );
      assert.equal(clean.slice(extent.from, extent.to), expected);
    });
});

describe("a mutant beside the original", () => {
  const is = (number) => `crate::mutant::is(${number})`;
  for (const [genre, source, marked, replacements, expected] of [
    ["FnValue", "fn a() -> u8 { b }", "b", ["0"], `fn a() -> u8 { if ${is(1)} { return 0; } b }`],
    ["BinaryOperator", "a < b", "<", [">"], `(if ${is(1)} { (a > b) } else { (a < b) })`],
    ["UnaryOperator", "!a", "!", [""], `(if ${is(1)} { (a) } else { (!a) })`],
    [
      ...["MatchArmGuard", "match a { B if c => d }", "c", ["true", "false"]],
      `match a { B if (${is(1)} || !${is(2)} && (c)) => d }`,
    ],
    ["MatchArm", "match a { B => c, _ => d }", "B => c", [""], `match a { B if !${is(1)} => c, _ => d }`],
    [
      "MatchArm",
      "match a { B if c => d, B => e, C => f }",
      "B if c => d",
      [""],
      `match a { B if (!${is(1)} && (c)) => d, B => e, C => f }`,
    ],
    ["StructField", "A { b: c, ..d }", "b: c", [""], `A { b: (if ${is(1)} { ((d).b) } else { (c) }), ..d }`],
    ["StructField", "A { b, ..d }", "b,", [""], `A { b: (if ${is(1)} { ((d).b) } else { (b) }), ..d }`],
  ])
    test(`${genre}: ${source}`, () => {
      const column = source.lastIndexOf(marked) + 1;
      const span = { start: { line: 1, column }, end: { line: 1, column: column + marked.length } };
      const mutants = replacements.map((replacement, index) => ({ number: index + 1, genre, replacement, span }));
      const { sites } = sitesOf(source, mutants);
      assert.equal(rendered(source, sites).text, expected);
    });

  test("an arm without which the match is not exhaustive has none", () => {
    const span = { start: { line: 1, column: 11 }, end: { line: 1, column: 17 } };
    const mutant = { number: 1, genre: "MatchArm", replacement: "", span };
    const { sites, left } = sitesOf("match a { B => c, _ if d => e, _ => f }", [mutant]);
    assert.deepEqual([sites.length, left.length], [1, 0]);
    const needed = sitesOf("match a { B => c, _ if d => e, C => f }", [mutant]);
    assert.deepEqual([needed.sites, needed.left.map(({ reason }) => reason)], [[], ["not compiled"]]);
  });

  test("a const fn has none", () => {
    const source = "const fn a() -> u8 { b }";
    const span = { start: { line: 1, column: 22 }, end: { line: 1, column: 23 } };
    const whole = { span: { start: { line: 1, column: 1 }, end: { line: 1, column: 25 } } };
    const mutant = { number: 1, genre: "FnValue", replacement: "0", span, function: whole };
    const { sites, left } = sitesOf(source, [mutant]);
    assert.deepEqual([sites, left.map(({ reason }) => reason)], [[], ["not run"]]);
  });
});
