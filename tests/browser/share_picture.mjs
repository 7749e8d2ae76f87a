// Makes www/share.png, the picture that others show with a link to the page (og:image): the name, the title and the way of each
// claim, as the page draws them. Run it by hand after `npm run build` when the page has changed: node tests/browser/share_picture.mjs
import { fileURLToPath } from "node:url";
import { demo } from "./demo.mjs";

const site = await demo();
try {
  const page = await site.open("", {
    viewport: { width: 1200, height: 630 },
    reducedMotion: "reduce",
    bypassCSP: true,
  });
  await page.addStyleTag({
    content: `
      body { max-width: none; padding: 36px 56px; }
      header .top nav, .lead, .choose, .try, .share, .bar, #exchange, #program, footer, #drawn h2, #drawn .what { display: none !important; }
      .name { font-size: 26px; } .name img { width: 40px; height: 40px; }
      h1 { font-size: 56px; } #drawn { border: 0; padding: 0; background: none; margin-top: 36px; }
      #flow { zoom: 1.45; }`,
  });
  await page.waitForTimeout(500);
  await page.screenshot({ path: fileURLToPath(new URL("../../www/share.png", import.meta.url)) });
} finally {
  await site.close();
}
