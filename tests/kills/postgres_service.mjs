// `edge-sts/postgres` behind node:http, for runtimes.mjs. It says its URL.
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createSts } from "edge-sts";
import { migrate, postgresDirectory, postgresGrants } from "edge-sts/postgres";
import pg from "pg";

const [, , connection, variables] = process.argv;
const { STS_ISSUER, STS_SIGNING_KEYS, STS_ADMIN_TOKEN, STS_CACHE_TTL, STS_DPOP_REPLAY } = JSON.parse(variables);
const pool = new pg.Pool(JSON.parse(connection));
// A connection that waits in the pool when PostgreSQL is killed.
pool.on("error", () => undefined);
await migrate(pool);
const sts = await createSts({
  issuer: STS_ISSUER,
  signingKeys: JSON.parse(STS_SIGNING_KEYS),
  adminToken: STS_ADMIN_TOKEN,
  cacheTtl: Number(STS_CACHE_TTL),
  dpopReplay: STS_DPOP_REPLAY,
  resources: postgresDirectory(pool),
  grants: postgresGrants(pool),
  onEvent: () => undefined,
});
const server = createServer(getRequestListener((request) => sts.fetch(request)));
server.listen(0, "127.0.0.1", () => process.send({ url: `http://127.0.0.1:${server.address().port}/` }));
