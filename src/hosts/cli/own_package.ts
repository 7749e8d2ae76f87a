import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "./version.js";

/** How a package.json in `folder` asks for this package: as what it was installed from. */
export function ownPackage(folder: string): string {
  const file = installedFrom(fileURLToPath(new URL("../..", import.meta.url)));
  return file === undefined ? `^${version()}` : `file:${pathFrom(realpathSync(folder), file)}`;
}

/** The file or folder that npm installed this package from; undefined for a registry. */
function installedFrom(own: string): string | undefined {
  const modules = dirname(own);
  if (basename(modules) !== "node_modules") return own; // a clone of the repository
  const list = join(modules, ".package-lock.json"); // npm's own note of what it installed
  if (!existsSync(list)) return undefined;
  const { packages } = JSON.parse(readFileSync(list, "utf8")) as { packages?: Record<string, { resolved?: string }> };
  const [, path] = /^file:(.+)$/.exec(packages?.[`node_modules/${basename(own)}`]?.resolved ?? "") ?? [];
  return path === undefined ? undefined : resolve(dirname(modules), path);
}

// With `/`, as npm writes it on every system. On Windows a file on another drive has no relative path.
function pathFrom(folder: string, file: string): string {
  const path = relative(folder, file);
  return (isAbsolute(path) ? file : path).replaceAll("\\", "/");
}
