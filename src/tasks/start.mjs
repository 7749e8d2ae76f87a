// npm start: the Worker in the real Workers runtime on this machine, ready to be tried. What it needs it makes once.
import { createServer } from "node:net";
import { administration, localToken } from "./administration.mjs";
import { build, compileEarly } from "./build.mjs";
import { DEV_VARS, makeDevVars } from "./dev_vars.mjs";
import { docsBeside, placeOfDocs } from "./local_docs.mjs";
import { startWorker } from "./local_worker.mjs";
import { clientOf, introspectorOf, makeResources, readResources, RESOURCES, userOf } from "./resources.mjs";
import { step } from "./run.mjs";
import { Failure, task, whenOrphaned } from "./setup.mjs";

/** `--no-docs`: only the service. */
async function start(parameters) {
  const withDocs = parameters.length === 0;
  if (!withDocs && parameters.join(" ") !== "--no-docs")
    throw new Failure("npm start -- --no-docs: it takes no others.");
  const port = portOf(process.env.PORT ?? "8787");
  await portIsFree(port);
  await build({ quick: true });
  if (withDocs) placeOfDocs();
  if (await makeDevVars()) console.error(`${DEV_VARS}: made, with a signing key and an administrator's token`);
  if (await makeResources()) console.error(`${RESOURCES}: made, with the how-to's client, introspector and a user`);
  const resources = await readResources();

  const url = `http://localhost:${port}`;
  const worker = await startWorker(port);
  const stopped = stopWith(worker);
  await step("resources", () => fillIfEmpty(url, resources));
  await explain(url, resources);
  if (withDocs) await docsBeside(worker, url, stopped);
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

/** Stops at a signal. Gives an AbortSignal, which comes before. */
function stopWith(worker) {
  const stopped = new AbortController();
  let stopping;
  const stop = () => {
    stopped.abort();
    stopping ??= worker.dispose().finally(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // wrangler's own listeners would end the process before the runtime has closed its files.
    process.removeAllListeners(signal);
    process.on(signal, stop);
  }
  process.on("disconnect", stop); // the process that started this one in the right Node is gone
  whenOrphaned(stop);
  return stopped.signal;
}

async function explain(origin, resources) {
  console.log(`
edge-sts listens on ${origin} (the demo page is there too, and the documentation at /docs/). Ctrl-C stops it.
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
