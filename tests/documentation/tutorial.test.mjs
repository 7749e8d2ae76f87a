// `tutorial/first-exchange`: every command as it is printed, against `npm start` in a fresh clone, and every answer beside the
// printed one. Only the port is another.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { blocks, page } from "../documents.mjs";
import { freePort } from "../free_port.mjs";
import { bash, clone, started } from "./clone.mjs";

const skip = process.platform === "win32" && "needs a shell";
const place = skip ? undefined : clone();
let service;
let port;

before(async () => {
  if (skip) return;
  port = await freePort();
  service = await started(place, port);
});
after(async () => {
  await service?.stop();
  place?.remove();
});

test("every answer is the printed one", { skip }, async () => {
  const printed = blocks(await page("tutorial/first-exchange"));
  const [starting, pasting, pasted, setting, ...steps] = printed;
  assert.deepEqual([starting.code.trim(), pasting.language, pasted.language], ["npm start", "sh", "json"]);
  alike(await answerOf(service.curl), pasted.code, "the command that npm start ends with");
  alike(service.curl.replace(String(port), "8787").split(" "), pasting.code.trim().split(" "), "the printed command");

  // One script, since each step builds on the variables of those before; a line tells where the answer of one ends.
  const commands = steps.filter(({ language }) => language === "sh");
  const script = [setting, ...commands].map(({ code }) => code).join("\necho; echo =====\n");
  const { stdout } = await bash(script.replaceAll("8787", String(port)), { cwd: place.folder, env: place.env });
  const answers = stdout.split("=====").slice(1);
  assert.equal(answers.length, commands.length);

  const events = service
    .printed()
    .split("\n")
    .filter((line) => line.startsWith('{"time"'));
  let compared = 0;
  steps.forEach(({ language, code }, index) => {
    if (language !== "json") return;
    const before = steps.slice(0, index + 1).filter(({ language }) => language === "sh").length;
    const isEvent = JSON.parse(code).event !== undefined;
    alike(JSON.parse(isEvent ? events.at(-1) : answers[before - 1]), code, `after command ${before}`);
    compared += 1;
  });
  assert.ok(compared >= 8);
});

async function answerOf(command) {
  return JSON.parse((await bash(command, { cwd: place.folder })).stdout);
}

/** The same members in the same order, the same values; times, ids and the rest of a shortened token may differ. */
function alike(found, printed, what) {
  const expected = typeof printed === "string" ? JSON.parse(printed.replaceAll("8787", String(port))) : printed;
  assert.deepEqual(shape(found, expected), expected, what);
}

const DIFFER = [
  "time",
  "lastUpdated",
  "createdAt",
  "versionId",
  "instance",
  "exp",
  "iat",
  "jti",
  "duration_ms",
  "request_id",
];

function shape(found, expected) {
  if (Array.isArray(expected)) return found.map((one, index) => shape(one, expected[index]));
  if (expected !== null && typeof expected === "object") {
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => {
        const sameKind = typeof value === typeof expected[name];
        return [name, DIFFER.includes(name) && sameKind ? expected[name] : shape(value, expected[name])];
      }),
    );
  }
  // eyJ0eXAi…ca-A
  const [begin] = typeof expected === "string" && expected.includes("…") ? expected.split("…") : [];
  return begin !== undefined && String(found).startsWith(begin) ? expected : found;
}
