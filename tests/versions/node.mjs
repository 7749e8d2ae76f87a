// One version of the package in a process of its own, over stores that another version may have filled. `again`: what was checked by another
// version, and so rotated, before:
//   node node.mjs DIST write|check|again STORE NOTES
// DIST: the folder of the built package. STORE: a folder for files of SQLite and the entries of a KV, or the JSON text of a
// connection to PostgreSQL. NOTES: the file of what was handed out. The clock stands still: what is stored does not end.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inProcess } from "../suites/in_process.mjs";
import { check, OPTIONS, RESOURCES, write } from "./scenario.mjs";

const [dist, work, store, file] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(resolve(dist, name)));
const { createSts, sqliteDirectory, sqliteGrants } = await load("node.js");
const onEvent = () => undefined;
const serve = (stores) => inProcess(({ now }) => createSts({ ...OPTIONS, ...stores(now), now, onEvent }));
const rotated = ({ unused: _unused, used: _used, ...rest }) => rest;
const left = (notes) =>
  work === "again" ? Object.fromEntries(Object.entries(notes).map(([id, one]) => [id, rotated(one)])) : notes;
const notes = () => JSON.parse(readFileSync(file, "utf8"));
const keep = (made) => writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);

if (store.startsWith("{")) {
  const { default: pg } = await import("pg");
  const { migrate, postgresDirectory, postgresGrants } = await load("postgres.js");
  const pool = new pg.Pool(JSON.parse(store));
  await migrate(pool);
  const stores = (now) => ({ resources: postgresDirectory(pool), grants: postgresGrants(pool, { now }) });
  if (work === "write") keep(await write(await serve(stores)));
  else await check(await serve(stores), left(notes()), { history: work !== "again" });
  await pool.end();
} else {
  const directory = sqliteDirectory(join(store, "directory.sqlite"));
  const open = [directory];
  const grants = (name) => (now) => {
    const made = sqliteGrants(join(store, name), { now });
    open.push(made);
    return made;
  };
  const files = (now) => ({ resources: directory, grants: grants("grants.sqlite")(now) });
  // A KV that an operator filled, with grants of its own.
  const entries = join(store, "kv.json");
  if (work === "write") {
    const { entriesOf } = await load("resources.js");
    const { load: ready } = await load("engine.js");
    await ready();
    const listed = entriesOf(JSON.stringify(RESOURCES), 1_800_000_000);
    writeFileSync(
      entries,
      `${JSON.stringify(Object.fromEntries(listed.map(({ key, value }) => [key, value])), null, 2)}\n`,
    );
  }
  const kv = existsSync(entries) ? JSON.parse(readFileSync(entries, "utf8")) : {};
  const overKv = (now) => ({ resources: { get: (key) => kv[key] ?? null }, grants: grants("kv_grants.sqlite")(now) });
  if (work === "write") {
    keep({ files: await write(await serve(files)), kv: await write(await serve(overKv), { resources: false }) });
  } else {
    const { files: inFiles, kv: inKv } = notes();
    await check(await serve(files), left(inFiles), { history: work !== "again" });
    await check(await serve(overKv), left(inKv), { history: false });
  }
  for (const one of open) one.close();
}
