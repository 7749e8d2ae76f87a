// What VitePress does not check: fragments, files, pages that nobody finds, and what the policy forbids.
import fs, { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../setup.mjs";
import { SIDEBAR } from "./sidebar.mjs";

/** Fails, naming each fault. Gives a note on what was built. */
export function checkPages({ source, out, base }) {
  const faults = [...unlisted(source)];
  const pages = fs.globSync("**/*.html", { cwd: out });
  const ids = new Map(pages.map((page) => [page, idsOf(readFileSync(join(out, page), "utf8"))]));
  for (const page of pages) {
    const html = readFileSync(join(out, page), "utf8");
    for (const [found] of html.matchAll(/<[^>]+\s(?:style|on\w+)=|<script(?![^>]*\ssrc=)[^>]*>|<style/g)) {
      faults.push(`${page}: ${found}: the policy forbids it`);
    }
    for (const [found] of html.matchAll(/<(?!a\s)\w+[^>]*\s(?:href|src|srcset)="(?:https?:)?\/\/[^>]*>/g)) {
      faults.push(`${page}: ${found}: it would be loaded from elsewhere`);
    }
    for (const [, link] of html.matchAll(/\s(?:href|src)="([^"]+)"/g)) {
      const fault = faultOf(link.replaceAll("&amp;", "&"), page);
      if (fault) faults.push(`${page}: ${link}: ${fault}`);
    }
  }
  for (const sheet of fs.globSync("**/*.css", { cwd: out })) {
    const [found] = /url\(["']?(?:https?:)?\/\/[^)]*\)|@import[^;]*/.exec(readFileSync(join(out, sheet), "utf8")) ?? [];
    if (found) faults.push(`${sheet}: ${found}: it would be loaded from elsewhere`);
  }
  if (faults.length > 0) throw new Failure(`Documentation:\n${[...new Set(faults)].join("\n")}`);
  const bytes = fs.globSync("**/*", { cwd: out }).reduce((sum, file) => sum + statSync(join(out, file)).size, 0);
  return `${pages.length} pages, ${Math.round(bytes / 1024)} KiB`;

  function faultOf(link, page) {
    const { origin, pathname, hash } = new URL(link, `http://here${base}${page}`);
    if (origin !== "http://here") return undefined;
    if (pathname === "/") return undefined; // the page to play with, which lies beside the documentation
    if (!pathname.startsWith(base)) return "it leads out of the documentation";
    const file = decodeURIComponent(pathname.slice(base.length)) || "index.html";
    if (!existsSync(join(out, file))) return "there is no such file";
    if (hash.length < 2 || !ids.has(file)) return undefined;
    return ids.get(file).has(decodeURIComponent(hash.slice(1))) ? undefined : "there is no such place in the page";
  }
}

const idsOf = (html) => new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));

function* unlisted(source) {
  const listed = SIDEBAR.flatMap(({ items }) => items.map(({ link }) => `${link.slice(1) || "index"}.md`));
  const there = fs.globSync("**/*.md", { cwd: source }).map((file) => file.replaceAll("\\", "/"));
  for (const file of there) if (!listed.includes(file)) yield `${file}: it is not in the sidebar`;
  for (const file of listed)
    if (!there.includes(file)) yield `${file}: it is in the sidebar, and there is no such page`;
}
