// What `import "edge-sts"` gives in Node.
export * from "./package.js";
export { sqliteGrants, type SqliteGrants } from "./grants/sqlite.js";
export { sqliteDirectory, type SqliteDirectory } from "./directory/sqlite.js";
