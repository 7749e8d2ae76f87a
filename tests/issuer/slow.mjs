// Servers that are slow, under load, in real time. What is decided about them is tested with a clock of its own in
// `rust/slow_issuers.rs`; this shows that runtimes with their own timers and connections do it, too.
import { setTimeout as pause } from "node:timers/promises";
import { equal, ok } from "../suites/assert.mjs";
import { EXCHANGE, ISSUER, TYPE } from "../suites/fixture.mjs";
import { mintSigned } from "../suites/jwt.mjs";
import { TokenRequest } from "../suites/token_request.mjs";
import { json, newKey } from "./server.mjs";
import { trust } from "./trust.mjs";

const after = (milliseconds, answer) => (request, response) =>
  void setTimeout(() => answer(request, response), milliseconds);

async function statusOf(response) {
  const { status } = await response;
  await (await response).text();
  return status;
}

/** Five requests a second while the keys take three seconds: all are served, by one fetch. */
export const slow = (seconds) => ({
  name: `an issuer that takes 3 s, under 5 requests a second for ${seconds} s`,
  async run({ sts, server }) {
    const issuer = server.issuer();
    const key = await newKey("ES256", "k1");
    issuer.publishLate(3000, key);
    const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
    const token = await issuer.token(sts, key);
    const answers = [];
    for (let n = 0; n < 5 * seconds; n++) {
      answers.push(statusOf(send(token)));
      await pause(200);
    }
    const good = (await Promise.all(answers)).filter((status) => status === 200).length;
    equal(server.count(issuer.jwksUri), 1, "fetches");
    equal(good, 5 * seconds, "requests that succeeded");
    return `${good} of ${5 * seconds}`;
  },
});

/** Somebody without a key sends five assertions a second in a client's name, before the client's keys are known. */
export const forged = (interval) => ({
  name: `a client whose keys take 2.5 s, while nobody forges its assertions, every ${interval} ms`,
  async run({ sts, server }) {
    const issuer = server.issuer();
    const [key, own] = [await newKey("ES256", "k1"), await newKey("ES256", "c1")];
    issuer.publish(key).serve("/client-keys", after(2500, json({ keys: [{ ...own, d: undefined }] })));
    const jwks_uri = `${issuer.iss}/client-keys`;
    const client = { secret: undefined, jwks_uri };
    const { id } = await trust(sts, issuer, { jwks_uri: issuer.jwksUri }, { client });
    const subject = await issuer.token(sts, key);
    const send = async (by) => {
      const claims = { iss: id, sub: id, aud: ISSUER, exp: sts.now() + 60, jti: crypto.randomUUID() };
      const request = new TokenRequest().set("grant_type", EXCHANGE).set("subject_token_type", TYPE.jwt);
      request.set("subject_token", subject);
      request.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      request.set("client_assertion", await mintSigned(claims, by, { alg: by.alg, kid: by.kid }));
      return statusOf(request.send(sts));
    };
    const nobody = await newKey("ES256", "c1");
    const forgeries = [];
    const forging = setInterval(() => forgeries.push(send(nobody)), 200);
    try {
      const honest = [];
      for (let n = 0; n < 7; n++) {
        await pause(interval);
        honest.push(send(own));
      }
      const good = (await Promise.all(honest)).filter((status) => status === 200).length;
      equal(good, 7, "of the honest client's requests");
      equal(server.count(jwks_uri), 1, "fetches");
      return `${good} of 7`;
    } finally {
      clearInterval(forging);
      const refused = await Promise.all(forgeries);
      ok(
        refused.every((status) => status === 401 || status === 429),
        "forgeries are refused",
      );
    }
  },
});
