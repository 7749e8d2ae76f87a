// The modules of a page, named in its head: the browser asks for all of them at once, and not for each one when it has read the
// one that imports it. Their priority is low: the page is painted first, which needs its document and its styles alone.
import { posix } from "node:path";

const NAMED = /<link rel="modulepreload" href="([^"]+)"[^>]*>|<script type="module" src="([^"]+)"[^>]*>/g;

// As prettier writes them. What is imported with `import()` is loaded when it is needed.
const IMPORTED = /^(?:import|export)\b[^"';()]*?"(\.[^"]+)";/gm;

/**
 * The HTML of a page with a `modulepreload` for each module that those which it names need.
 * `path`: of the page in the site; `read(path)`: the text of a module of the site.
 */
export function withPreloads(html, path, read) {
  const there = (link) => posix.join(posix.dirname(path), link);
  const named = [...html.matchAll(NAMED)].map(([, preloaded, script]) => there(preloaded ?? script));
  // What the first one needs comes before what the second one does.
  const needed = new Set();
  const visit = (module) => {
    for (const [, link] of read(module).matchAll(IMPORTED)) {
      const next = posix.join(posix.dirname(module), link);
      if (needed.has(next)) continue;
      needed.add(next);
      visit(next);
    }
  };
  named.forEach(visit);
  for (const module of named) needed.delete(module);
  const links = [...needed].map((module) => posix.relative(posix.dirname(path), module));
  const lines = links.map((link) => `    <link rel="modulepreload" href="${link}" fetchpriority="low" />\n`);
  return html.replace(/^ *<\/head>/m, (end) => lines.join("") + end);
}
