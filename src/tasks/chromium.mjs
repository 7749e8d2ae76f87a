// The browser that the tests use.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { packagesOf } from "./packages.mjs";
import { must } from "./run.mjs";
import { Failure } from "./setup.mjs";

/**
 * How to start Chromium: { executablePath, env } for playwright-core. An installed Chromium or Chrome comes first, and
 * `CHROMIUM` names another one; on Linux x64 npm brings one. Undefined where this machine has none.
 */
export async function chromium() {
  const installed = installedChromium();
  if (installed !== undefined) return { executablePath: installed, env: process.env };
  return npmHasChromium() ? chromiumFromNpm() : undefined;
}

/** What to say where there is none. */
export const NO_CHROMIUM =
  "*** SKIPPED: the browser tests. They need Chromium or Chrome: install it, or name it: CHROMIUM=/path/to/it npm test ***";

function installedChromium() {
  const asked = process.env.CHROMIUM;
  if (asked) {
    if (existsSync(asked)) return asked;
    throw new Failure("CHROMIUM names a file that is not there.");
  }
  const found = [
    ...onThePath(),
    ...USUAL[process.platform === "win32" ? "win32" : process.platform === "darwin" ? "darwin" : "linux"](),
  ];
  return found.find((file) => existsSync(file));
}

function onThePath() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
}

const USUAL = {
  linux: () => ["/usr/bin/chromium", "/usr/bin/google-chrome", "/snap/bin/chromium"],
  darwin: () => [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ],
  win32: () =>
    [process.env.ProgramFiles, process.env["ProgramFiles(x86)"], process.env.LOCALAPPDATA]
      .filter(Boolean)
      .map((folder) => join(folder, "Google", "Chrome", "Application", "chrome.exe")),
};

// The program is linked with glibc, which Alpine, for one, has not.
function npmHasChromium() {
  const { platform, arch, report } = process;
  return platform === "linux" && arch === "x64" && report.getReport().header.glibcVersionRuntime !== undefined;
}

async function chromiumFromNpm() {
  const folder = join(await packagesOf("tests/browser/chromium", unpack), UNPACKED);
  const env = {
    ...process.env,
    // NSS and expat, which a bare system lacks. The libraries of the system come after them.
    LD_LIBRARY_PATH: [join(folder, "al2023", "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
    FONTCONFIG_PATH: join(folder, "fonts"),
    XDG_CACHE_HOME: join(folder, "cache"),
  };
  return { executablePath: join(folder, "chromium"), env };
}

const UNPACKED = "unpacked";

/** Unpacks the archives of the installed package. Its own function does that, into the folder for temporary files. */
async function unpack(folder) {
  const place = join(folder, UNPACKED);
  mkdirSync(place);
  const program = `import { inflate } from "@sparticuz/chromium";
for (const name of ["chromium.br", "al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"]) {
  await inflate("node_modules/@sparticuz/chromium/bin/" + name);
}`;
  const env = { ...process.env, TMPDIR: place };
  await must(process.execPath, ["--input-type=module", "--eval", program], { cwd: folder, env });
  // The package's own file names folders of the machines that it is made for. With the fonts that it brings and no
  // others a page looks the same everywhere.
  writeFileSync(
    join(place, "fonts", "fonts.conf"),
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`,
  );
}
