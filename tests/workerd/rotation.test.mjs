// `how-to/rotate-keys`, twice, on the Worker. Its secrets are write-only: what a command puts there is never read.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { page } from "../documents.mjs";
import { edgeSts } from "../node/command.mjs";
import { decoded } from "../suites/jwt.mjs";
import { basic } from "../suites/token_request.mjs";
import { ADMIN_TOKEN, EXCHANGE, install, ISSUER, SECRETS, subjectToken, TYPE } from "../suites/fixture.mjs";
import { folder, startWorker } from "./worker.mjs";

const place = folder();
after(() => place.remove());

const [deploying, rotating] = await Promise.all(["how-to/deploy-cloudflare", "how-to/rotate-keys"].map(page));
const putsKeys = (text) => [...text.matchAll(/^ *npx (edge-sts .+) \| npx wrangler secret put (\w+)$/gm)];

/** The variables and secrets of a Worker, as Cloudflare keeps them: they can be written, and the Worker alone reads them. */
function settings(variables) {
  const kept = { ...variables };
  return {
    /** `npx edge-sts … | npx wrangler secret put NAME`; what the command tells on stderr. */
    async pipe(command, name) {
      const { code, stdout, stderr } = await edgeSts(command.replace(/^edge-sts /, "").split(" "));
      assert.equal(code, 0, stderr);
      kept[name] = stdout;
      return stderr;
    },
    set: (name, value) => void (kept[name] = value),
    async deployed(use) {
      const sts = await startWorker({ path: place.path, bindings: { ...kept } });
      try {
        return await use(sts);
      } finally {
        await sts.stop();
      }
    },
  };
}

async function request(sts, path, parameters) {
  const response = await sts.fetch(path, {
    method: "POST",
    headers: { authorization: basic("c1", SECRETS.c1), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(parameters).toString(),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function issue(sts) {
  const { status, body } = await request(sts, "/auth/token", {
    grant_type: EXCHANGE,
    subject_token: await subjectToken(sts),
    subject_token_type: TYPE.jwt,
    scope: "read",
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body.access_token;
}

async function published(sts) {
  const { keys } = await (await sts.fetch("/.well-known/jwks.json")).json();
  return keys.map(({ kid }) => kid);
}

test("two rotations as they are printed: what was signed before, between and after holds at each step", async () => {
  const [[, firstKeys, firstSecret]] = putsKeys(deploying);
  const rotations = putsKeys(rotating);
  const [, variable] = /^ *(\w+) = "KID"$/m.exec(rotating);
  assert.deepEqual([rotations.length, variable], [2, "STS_SIGN_WITH"]);

  const worker = settings({ STS_ISSUER: ISSUER, STS_ADMIN_TOKEN: ADMIN_TOKEN });
  const kidOf = (told) => /^signs: (\S+) /m.exec(told)[1];
  const issued = [];
  // The Worker with what is set now: its keys, the key that signs, and all tokens so far, a new one included.
  const step = (kids, signer) =>
    worker.deployed(async (sts) => {
      if (issued.length === 0) await install(sts);
      assert.deepEqual((await published(sts)).sort(), [...kids].sort());
      const token = await issue(sts);
      assert.equal(decoded(token).header.kid, signer);
      issued.push(token);
      for (const token of issued) {
        const { body } = await request(sts, "/auth/introspect", { token });
        assert.equal(body.active, kids.includes(decoded(token).header.kid), decoded(token).header.kid);
      }
    });

  let signer = kidOf(await worker.pipe(firstKeys, firstSecret));
  let kids = [signer];
  await step(kids, signer);
  for (const [, command, secret] of rotations) {
    // Its secret held the key before the last one, whose tokens have ended by then.
    const next = kidOf(await worker.pipe(command, secret));
    kids = [signer, next];
    await step(kids, signer);
    worker.set(variable, next);
    signer = next;
    await step(kids, signer);
  }
  assert.equal(new Set(issued.map((token) => decoded(token).header.kid)).size, 3);
});
