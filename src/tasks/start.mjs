// npm start: the Worker in the real Workers runtime on this machine, ready to be tried. What it needs it makes once.
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { administration, localToken } from "./administration.mjs";
import { build, compileEarly } from "./build.mjs";
import { DEV_VARS, makeDevVars } from "./dev_vars.mjs";
import { startWorker } from "./local_worker.mjs";
import { clientOf, introspectorOf, makeResources, readResources, RESOURCES, userOf } from "./resources.mjs";
import { step } from "./run.mjs";
import { Failure, task, whenOrphaned } from "./setup.mjs";
import { SITE } from "./site.mjs";

async function start() {
  const port = portOf(process.env.PORT ?? "8787");
  await portIsFree(port);
  await build({ quick: true });
  if (await makeDevVars()) console.error(`${DEV_VARS}: made, with a signing key and an administrator's token`);
  if (await makeResources()) console.error(`${RESOURCES}: made, with the how-to's client, introspector and a user`);
  const resources = await readResources();

  const url = `http://localhost:${port}`;
  stopWith(await startWorker(port));
  await step("resources", () => fillIfEmpty(url, resources));
  await explain(url, resources);
}

function portOf(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Failure("PORT must be a number from 1 to 65535.");
}

// On both loopback addresses: `localhost` may mean either.
async function portIsFree(port) {
  for (const host of ["127.0.0.1", "::1"]) {
    const fault = await new Promise((known) => {
      const server = createServer();
      server.once("error", (error) => known(error.code));
      server.listen({ port, host, exclusive: true }, () => server.close(() => known(undefined)));
    });
    if (fault === "EADDRINUSE") {
      throw new Failure(`Port ${port} is taken. Stop what listens there, or choose another one: PORT=8788 npm start`);
    }
    if (fault === "EACCES") throw new Failure(`Port ${port} may not be used by this account. Choose one above 1023.`);
  }
}

async function fillIfEmpty(url, resources) {
  const token = localToken();
  if (token === undefined) return `not looked at: ${DEV_VARS} has no STS_ADMIN_TOKEN`;
  const there = administration(url, token);
  if (!(await there.isEmpty())) return "keeps what it holds (`npm run seed` stores resources.json over it)";
  await there.store(resources);
  return `filled from ${RESOURCES}`;
}

function stopWith(worker) {
  let stopping;
  const stop = () => {
    stopping ??= worker.dispose().finally(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // wrangler's own listeners would end the process before the runtime has closed its files.
    process.removeAllListeners(signal);
    process.on(signal, stop);
  }
  process.on("disconnect", stop); // the process that started this one in the right Node is gone
  whenOrphaned(stop);
}

async function explain(origin, resources) {
  console.log(`
edge-sts listens on ${origin} (the demo page is there too). Ctrl-C stops it.
${existsSync(`${SITE}/docs`) ? `The documentation: ${origin}/docs/` : "To have the documentation there as well: npm run docs, then npm start."}
The administrator's token is STS_ADMIN_TOKEN in ${DEV_VARS}. Another subject token: npm run -s token
`);
  const request = await exampleRequest(origin, resources);
  console.log(
    request === undefined
      ? `${RESOURCES} has no client, introspector and user that belong together, so that no request can be shown.\n`
      : `An exchange to try, good for an hour:\n\n${request}\n`,
  );
}

// No quotes: the line works in every shell.
async function exampleRequest(origin, resources) {
  const introspector = resources.find((one) => introspectorOf([one]) && clientOf(resources, one.jwt.iss));
  const user = userOf(resources);
  if (introspector === undefined || user === undefined) return undefined;
  const { iss, secret } = introspector.jwt;
  const client = clientOf(resources, iss);
  const { mintSubjectToken } = await import("../../dist/cli/subject_token.js"); // only now is it built
  const token = mintSubjectToken({ iss, sub: user.id, key: { secret } });
  const parameters = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    scope: "openid",
    subject_token: token,
  };
  const form = Object.entries(parameters).map(([name, value]) => `-d ${name}=${value}`);
  return `curl -s ${origin}/auth/token -u ${client.id}:${client.secret} ${form.join(" ")}`;
}

await task(import.meta, start, compileEarly);
