// Splits Rust into tokens, as far as the extent of an operand needs it: comments and blanks are gone, generic arguments are
// one token, and each bracket knows its partner.

const TOKEN = new RegExp(
  [
    /(?<blank>\s+|\/\/[^\n]*)/,
    /(?<raw>b?r(?<hashes>#*)".*?"\k<hashes>)/,
    /(?<text>b?"(?:\\.|[^"\\])*")/,
    /(?<char>b?'(?:\\(?:u\{[^}]*\}|x..|.)|[^'\\])')/,
    /(?<lifetime>'\w+)/,
    /(?<number>\d\w*(?:\.\d\w*)?)/,
    /(?<word>(?:r#)?[\p{L}_]\w*)/,
    /(?<sign><<=|>>=|\.\.\.|\.\.=|::|->|=>|==|!=|<=|>=|&&|\|\||\+=|-=|\*=|\/=|%=|\^=|&=|\|=|<<|>>|\.\.|.)/,
  ]
    .map((part) => part.source)
    .join("|"),
  "suy",
);
const CLOSES = { "(": ")", "[": "]", "{": "}" };
const HEADERS = ["if", "while", "match", "for"];
/** Words after which an expression begins, so that the word itself is no operand. */
const BEFORE_AN_OPERAND = new Set(
  [...HEADERS, "in", "let", "return", "break", "else", "move", "mut", "ref", "as", "where", "loop", "unsafe"].flat(),
);

/**
 * Each token: `text`, `from` and `to` in the source, and where it applies
 * - `partner`: the index of the other bracket;
 * - `header`: of a brace, whether it opens the block (or the arms) of an `if`, `while`, `for` or `match`;
 * - `block`: of a brace, whether it is one of these, or of `else`, `loop` or `unsafe`;
 * - `prefix`: whether a sign stands before its only operand;
 * - `bar`: whether it is a bar around the parameters of a closure.
 */
export function tokensOf(source) {
  const tokens = withGenerics(raw(source));
  pairBrackets(tokens);
  let closure = false;
  tokens.forEach((token, index) => {
    token.prefix = !endsOperand(tokens, index - 1);
    const isBar = token.text === "|" && (closure || token.prefix);
    if (isBar) closure = !closure;
    token.bar = isBar || (token.text === "||" && token.prefix);
  });
  return tokens;
}

/** Whether an operand may end with this token. */
export function endsOperand(tokens, index) {
  const token = tokens[index];
  if (token === undefined || token.bar) return false;
  if (token.kind === "sign") {
    if (token.text === "}") return !tokens[token.partner].block;
    return token.text === ")" || token.text === "]" || token.text === "?";
  }
  return !(token.kind === "word" && BEFORE_AN_OPERAND.has(token.text));
}

function raw(source) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const from = TOKEN.lastIndex;
    if (source.startsWith("/*", from)) {
      TOKEN.lastIndex = source.indexOf("*/", from) + 2;
      continue;
    }
    const { groups } = TOKEN.exec(source);
    if (groups.blank !== undefined) continue;
    const kind = Object.keys(groups).find((name) => name !== "hashes" && groups[name] !== undefined);
    tokens.push({ kind, text: groups[kind], from, to: TOKEN.lastIndex });
  }
  return tokens;
}

/** `::<Vec<_>>` becomes `::` and one token. */
function withGenerics(tokens) {
  const joined = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token.text !== "<" || joined.at(-1)?.text !== "::") {
      joined.push(token);
      continue;
    }
    let open = 0;
    do {
      const { text } = tokens[index];
      open += text === "<" ? 1 : text === ">" ? -1 : text === ">>" ? -2 : 0;
      index += 1;
    } while (open > 0);
    index -= 1;
    joined.push({ kind: "generics", text: "<>", from: token.from, to: tokens[index].to });
  }
  return joined;
}

function pairBrackets(tokens) {
  const open = [{ headers: 0 }];
  tokens.forEach((token, index) => {
    const inner = open.at(-1);
    if (token.kind === "word" && HEADERS.includes(token.text)) inner.headers += 1;
    if (token.kind === "word" && token.text === "let") inner.pattern = true;
    if (token.text === "=" || token.text === ";") inner.pattern = false;
    if (token.text === "=>" && inner.headers > 0) inner.headers -= 1; // the guard of an arm
    if (token.kind !== "sign") return;
    if (Object.hasOwn(CLOSES, token.text)) {
      token.header = token.text === "{" && inner.headers > 0 && !inner.pattern;
      token.block = token.header || ["else", "loop", "unsafe"].includes(tokens[index - 1]?.text);
      if (token.header) inner.headers -= 1;
      open.push({ headers: 0, index });
    } else if ([")", "]", "}"].includes(token.text)) {
      const { index: partner } = open.pop();
      token.partner = partner;
      tokens[partner].partner = index;
    }
  });
}
