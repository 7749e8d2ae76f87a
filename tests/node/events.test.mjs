// One event per decision (contract 8): every request of every suite is made, and the events are counted.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSts } from "edge-sts";
import {
  ADMIN_TOKEN,
  ISSUER,
  RESOURCES,
  SECRETS,
  SIGNING_KEYS,
  subjectToken,
  TRUSTED,
  TYPE,
} from "../suites/fixture.mjs";
import { inProcess } from "../suites/in_process.mjs";
import { suites } from "../suites/index.mjs";
import { kindOf, KINDS } from "./audit_events.mjs";

const DECIDES = /^\/auth\/(token|introspect|revoke|userinfo)$/;
const ADMINISTERS = /^\/(Client|TokenIntrospector|User)(\/[\w.-]{1,64}(\/_history)?)?$|^\/\$(export|events|dry-run)$/;

test("each decision is told once, with its reason if it is a refusal", async () => {
  const events = [];
  const make = ({ now }) =>
    createSts({
      issuer: ISSUER,
      signingKeys: SIGNING_KEYS,
      resources: RESOURCES,
      adminToken: ADMIN_TOKEN,
      onEvent: (event) => events.push(event),
      now,
    });
  const plain = await inProcess(make);
  let decisions = 0;
  let atOnce = 0;
  const faults = new Set();
  const sts = {
    ...plain,
    async fetch(path, init) {
      const begin = events.length;
      atOnce += 1;
      const alone = atOnce === 1;
      const { status, ...response } = await answered(plain.fetch(path, init));
      atOnce -= 1;
      const what = path.split("?")[0];
      const decided = expectedEvents(what, init, status);
      decisions += decided;
      const told = events.slice(begin);
      if (alone && atOnce === 0) {
        if (told.length !== decided) faults.add(`${init?.method} ${what} ${status}: ${told.length} events`);
        for (const { event, outcome, reason } of told) {
          // A dry run that says that a request would be refused has answered.
          if (event === "admin.dry_run" && status === 200) continue;
          const refused = status >= 400;
          if ((outcome === "refused") !== refused || (reason !== undefined) !== refused)
            faults.add(`${what} ${status}: ${outcome} ${reason}`);
        }
      }
      return response.response;
    },
  };
  for (const cases of Object.values(suites)) for (const { run } of cases) await run(sts).catch(() => undefined);
  assert.deepEqual([...faults], []);
  assert.ok(decisions > 3000, "the suites have run");
  assert.equal(events.length, decisions);
  // As the types of the package say, and nothing else. Issuers are asked elsewhere.
  const seen = new Set(events.map(kindOf));
  assert.deepEqual([...seen].sort(), KINDS.filter((kind) => !kind.startsWith("Issuer")).sort());
  for (const event of events) {
    // A new place that makes events must name the request, too.
    assert.match(event.request_id, /^[0-9a-f]{32}$/);
    assert.match(event.event, /^(token|admin)\.[a-z_]+$/);
    assert.ok(event.outcome === "success" || event.outcome === "refused");
    if (event.reason !== undefined) assert.match(event.reason, /^[a-z_.]+$/);
    assert.ok(Number.isInteger(event.time) && event.duration_ms >= 0);
  }
});

// One, but for what changes several resources: one for each of them.
function expectedEvents(path, { method = "GET", body } = {}, status) {
  if (DECIDES.test(path)) return status === 405 || status === 204 ? 0 : 1;
  const severally = path === "/$import" || (path === "/" && method === "POST");
  if (severally && status === 200) return JSON.parse(body).entry.length;
  return severally || ADMINISTERS.test(path) ? 1 : 0;
}

async function answered(promise) {
  const response = await promise;
  return { response, status: response.status };
}

test("what a terminal obeys or does not show is escaped in a line, by its property in Unicode", async (t) => {
  const unseen = /[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u;
  const lines = [];
  for (const level of ["log", "info", "warn", "error"]) t.mock.method(console, level, (line) => lines.push(line));
  // The names of a machine's tokens are written as they are.
  const iss = TRUSTED.workload.iss;
  const sts = await createSts({ issuer: ISSUER, signingKeys: SIGNING_KEYS, resources: RESOURCES });
  const now = () => Math.floor(Date.now() / 1000);
  const credentials = { client_id: "c1", client_secret: SECRETS.c1, subject_token_type: TYPE.jwt };
  const line = async (sub) => {
    lines.length = 0;
    const subject_token = await subjectToken({ now }, { sub }, TRUSTED.workload);
    await sts.exchange({ ...credentials, subject_token });
    const [written] = lines.filter((one) => one.includes('"token.exchange"'));
    assert.deepEqual(JSON.parse(written).subject, { iss, sub }, "a reader of JSON reads what was said");
    return written;
  };
  const all = Array.from({ length: 0x110000 }, (_, point) => point).filter((point) => point < 0xd800 || point > 0xdfff);
  const characters = all.map((point) => String.fromCodePoint(point));
  // Control characters are refused in a name.
  const escaped = characters.filter((character) => unseen.test(character) && !/\p{Cc}/u.test(character));
  assert.ok(escaped.length > 4000, String(escaped.length));
  for (let begin = 0; begin < escaped.length; begin += 200) {
    const written = await line(`a${escaped.slice(begin, begin + 200).join("")}`);
    assert.doesNotMatch(written, unseen);
  }
  // What is seen is not: letters of every script, signs, emoji, and what stands beside the ranges.
  const isSeen = (character) => /[\p{L}\p{N}\p{S}]/u.test(character) && !unseen.test(character);
  const beside = escaped.flatMap((character) => [-1, 1].map((step) => character.codePointAt(0) + step));
  const seen = [...new Set(beside)].map((point) => String.fromCodePoint(point)).filter(isSeen);
  for (const sub of [`a${seen.join("")}`, "\u00e9\u05d0\u0645\u4e2d\u{1f600}\u{1d54f}"]) {
    assert.ok((await line(sub)).includes(sub), "is written as it is");
  }
});

test("a listener takes the console's place, which has the events only where there is none", async (context) => {
  const printed = [];
  context.mock.method(console, "log", (line) => printed.push(line));
  const told = [];
  for (const onEvent of [undefined, (event) => told.push(event)]) {
    const sts = await createSts({
      issuer: ISSUER,
      signingKeys: SIGNING_KEYS,
      resources: RESOURCES,
      ...(onEvent && { onEvent }),
    });
    await assert.rejects(sts.exchange({ client_id: "c1", client_secret: "wrong" }));
  }
  assert.deepEqual([printed.length, told.length], [1, 1]);
  assert.equal(JSON.parse(printed[0]).reason, "client_secret_wrong");
  assert.equal(told[0].reason, "client_secret_wrong");
});
