// VitePress, told by src/tasks/docs.mjs where everything lies. Nothing is loaded from elsewhere, and no page has a script
// or a style in its text: the policy below allows neither.
import { mkdirSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { createCssVariablesTheme } from "shiki";
import { POLICY } from "./policy.mjs";
import { SIDEBAR } from "./sidebar.mjs";

const { DOCS_OUT, DOCS_BASE } = process.env;

// frame-ancestors counts in a header only.
const inMeta = POLICY.replace(/ frame-ancestors [^;]+;/, "");

const WIDE =
  /^reference\/|^how-to\/(costs|monitor|troubleshoot|recipes|migrate-from-keycloak)\.md$|^explanation\/threats\.md$/;

const scripts = new Map();

export default {
  lang: "en",
  title: "edge-sts",
  titleTemplate: ":title · edge-sts",
  description: "A security token service for the edge: OAuth 2.0 Token Exchange (RFC 8693)",
  base: DOCS_BASE,
  outDir: DOCS_OUT,
  cacheDir: `${DOCS_OUT}.cache`,
  metaChunk: true,
  // A style in the page, which the policy forbids; and for it every page would compute all its styles anew when it starts.
  appearance: { disableTransition: false },
  contentProps: { class: "content" }, // in place of a style
  ignoreDeadLinks: false,
  head: [
    ["meta", { "http-equiv": "Content-Security-Policy", content: inMeta }],
    ["meta", { name: "referrer", content: "no-referrer" }],
    ["meta", { name: "color-scheme", content: "light dark" }],
    ["link", { rel: "icon", href: `${DOCS_BASE}icon.svg`, type: "image/svg+xml" }],
  ],
  markdown: {
    theme: createCssVariablesTheme(),
    config: (md) => {
      md.core.ruler.push("cells", namedCells);
      md.core.ruler.push("reasons", anchoredReasons);
    },
    codeTransformers: [{ name: "colours as classes", span: named, pre: named, code: named }],
  },
  themeConfig: {
    logo: { src: "/icon.svg", alt: "" },
    search: {
      provider: "local",
      options: { detailedView: true, miniSearch: { searchOptions: { boost: { title: 4, titles: 2, text: 1 } } } },
    },
    nav: [
      { text: "Tutorial", link: "/tutorial/first-exchange" },
      { text: "Recipes", link: "/how-to/recipes" },
      { text: "Operate", link: "/how-to/production-checklist" },
      { text: "Reference", link: "/reference/http" },
    ],
    sidebar: SIDEBAR,
    outline: { level: [2, 3], label: "On this page" },
    socialLinks: [{ icon: "github", link: "https://github.com/edge-sts/edge-sts", ariaLabel: "Source on GitHub" }],
    externalLinkIcon: true,
    footer: { message: "MIT or Apache-2.0" },
  },
  // What is mostly tables has the place of the page's own contents, too.
  transformPageData: ({ relativePath, frontmatter }) => {
    if (WIDE.test(relativePath)) frontmatter.aside = false;
  },
  transformHtml: scriptsAsFiles,
  buildEnd: writeScripts,
};

/** `style="color:var(--shiki-token-keyword)"`, which the policy forbids, as `class="code-keyword"`. */
function named(node) {
  const style = String(node.properties.style ?? "");
  delete node.properties.style;
  const [, name] = /--shiki-token-([\w-]+)/.exec(style) ?? [];
  if (name !== undefined) this.addClassToHast(node, `code-${name}`);
}

/**
 * The alignment of a cell as a class, likewise. Each cell knows the head of its column, which stands before it on a phone, where
 * a row becomes a list.
 */
function namedCells({ tokens }) {
  let heads = [];
  let column = 0;
  tokens.forEach((token, index) => {
    if (token.type === "table_open") heads = [];
    if (token.type === "tr_open") column = 0;
    if (token.type !== "th_open" && token.type !== "td_open") return;
    const [, side] = /^text-align:(\w+)$/.exec(token.attrGet("style") ?? "") ?? [];
    token.attrs = side === undefined ? [] : [["class", `align-${side}`]];
    if (token.type === "th_open") heads.push(tokens[index + 1].content.replaceAll("`", ""));
    else if (column > 0) token.attrSet("data-head", heads[column]);
    column += 1;
  });
}

/** Each reason in the first column of the page of errors is an anchor, to which the demo page leads. */
function anchoredReasons({ tokens, env }) {
  if (env.relativePath !== "reference/errors.md") return;
  const known = new Set();
  tokens.forEach((token, index) => {
    if (token.type !== "td_open" || tokens[index - 1].type !== "tr_open") return;
    for (const code of tokens[index + 1].children.filter(({ type }) => type === "code_inline")) {
      if (known.has(code.content)) continue;
      known.add(code.content);
      code.attrSet("id", code.content);
    }
  });
}

/**
 * VitePress writes two scripts into each page, for the colour scheme and the keyboard. They become files. The one style that it
 * writes, a height that it measures again when it is needed, is left out.
 */
function scriptsAsFiles(html) {
  return html
    .replaceAll(' style="--vp-vh:0px;"', "")
    .replaceAll(/<script([^>]*)>([^<]+)<\/script>/g, (all, attributes, text) => {
      if (attributes.includes("src=")) return all;
      const name = `inline-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.js`;
      scripts.set(name, text);
      return `<script${attributes} src="${DOCS_BASE}assets/${name}"></script>`;
    });
}

function writeScripts() {
  mkdirSync(join(DOCS_OUT, "assets"), { recursive: true });
  for (const [name, text] of scripts) writeFileSync(join(DOCS_OUT, "assets", name), `${text}\n`);
}
