import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure } from "./setup.mjs";

/** The path of a Chromium or Chrome that is installed here; `CHROMIUM` names another one. */
export function findChromium() {
  const asked = process.env.CHROMIUM;
  if (asked) {
    if (existsSync(asked)) return asked;
    throw new Failure("CHROMIUM names a file that is not there.");
  }
  const found = [
    ...onThePath(),
    ...USUAL[process.platform === "win32" ? "win32" : process.platform === "darwin" ? "darwin" : "linux"](),
  ];
  const path = found.find((file) => existsSync(file));
  if (path !== undefined) return path;
  throw new Failure(
    "The browser tests need Chromium or Chrome. Install it (Debian: apt-get install chromium), or name it: CHROMIUM=/path/to/it npm test",
  );
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
