// How far the operands of an operator reach (The Rust Reference, "Expression precedence").
import { endsOperand } from "./tokens.mjs";

const LEVELS = [
  ["=", "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<=", ">>="],
  ["..", "..="],
  ["||"],
  ["&&"],
  ["==", "!=", "<", ">", "<=", ">="],
  ["|"],
  ["^"],
  ["&"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
  ["as"],
];
const LEVEL = new Map(LEVELS.flatMap((signs, level) => signs.map((sign) => [sign, level])));
const UNARY = LEVELS.length;
const ENDS = new Set([",", ";", "=>", "->", ":", "#"]);
const HEADERS = new Set(["if", "while", "match", "for"]);
const ENDS_LEFT = new Set([...HEADERS, "in", "let", "return", "break", "else", "move", "unsafe", "loop"]);

/** The place where the left operand of the operator at `index` begins, and that where its right one ends. */
export function extentOfBinary(tokens, index) {
  const level = LEVEL.get(tokens[index].text);
  return { from: leftEnd(tokens, index, level), to: rightEnd(tokens, index, level) };
}

/** The same for an operator before its only operand. */
export function extentOfUnary(tokens, index) {
  return { from: tokens[index].from, to: rightEnd(tokens, index, UNARY) };
}

function leftEnd(tokens, operator, level) {
  let first = operator;
  while (first > 0) {
    const before = first - 1;
    const { text, kind, partner, prefix, bar } = tokens[before];
    if (ENDS.has(text) || bar || (kind === "sign" && partner > before)) break;
    if (kind === "word" && ENDS_LEFT.has(text)) break;
    if (text === "}" && first !== operator && beginsOperand(tokens, first)) break;
    if (isBinary(text, prefix) && LEVEL.get(text) < level) break;
    first = partner ?? before;
  }
  return tokens[first].from;
}

function rightEnd(tokens, operator, level) {
  let last = operator;
  let headers = 0;
  while (last + 1 < tokens.length) {
    const after = last + 1;
    const { text, kind, partner, prefix, header } = tokens[after];
    if (ENDS.has(text) || (kind === "sign" && partner < after)) break;
    if (isBinary(text, prefix) && last !== operator && LEVEL.get(text) <= level) break;
    if (text === "else" && tokens[last].text !== "}") break;
    if (kind === "word" && HEADERS.has(text)) headers += 1;
    if (header) {
      if (headers === 0) break;
      headers -= 1;
    }
    last = partner ?? after;
  }
  return tokens[last].to;
}

function isBinary(text, prefix) {
  return LEVEL.has(text) && (!prefix || text.startsWith(".."));
}

/** Whether a statement has ended with the brace before this token. */
function beginsOperand(tokens, index) {
  const { kind, text, prefix } = tokens[index];
  if (kind !== "sign") return text !== "as" && text !== "else";
  return (prefix && text !== "." && text !== "?") || (text === "(" && !endsOperand(tokens, index - 1));
}
