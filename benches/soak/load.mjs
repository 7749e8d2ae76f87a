// The load: so many lanes, each with one request at a time, and no pause between two. The lanes' sessions are theirs alone.
import { minted } from "../../tests/suites/jwt.mjs";
import { BAD } from "./bad.mjs";
import { GOOD } from "./good.mjs";
import { Session } from "./session.mjs";

export const LANES = 16;
const SESSIONS = 4; // of each lane
export const SHARE_OF_BAD = 0.2;

const good = withBorders(GOOD);
const bad = withBorders(BAD);

/** Loads until `ended()`. `record(operation, milliseconds, fault)`: `fault` is a sentence where the answer was wrong. */
export async function load(sts, ended, record) {
  const lane = async (number) => {
    const random = seeded(number + 1);
    const sessions = Array.from({ length: SESSIONS }, (_, index) => new Session(number * SESSIONS + index));
    for (let turn = 0; !ended(); turn++) {
      minted.length = 0; // tests search them; here they would only fill this process
      await one(sts, sessions[turn % SESSIONS], chosen(random() < SHARE_OF_BAD ? bad : good, random()), record);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
}

/** All sessions that write a resource, for who makes them beforehand. */
export const NUMBERS = Array.from({ length: LANES * SESSIONS }, (_, number) => number);

async function one(sts, session, operation, record) {
  if (operation.needs !== undefined && session.held(operation.needs) === undefined) {
    operation = GOOD.find(({ name }) => name === `exchange, ${operation.needs}`);
  }
  const request = await operation.prepare(sts, session);
  if (request === undefined) return; // nothing was used yet that could be used again
  const begin = performance.now();
  try {
    const response = await request.send(sts);
    const text = await response.text();
    const took = performance.now() - begin;
    const fault = faultOf(operation, response.status, text);
    if (fault === undefined) operation.done?.(session, text === "" ? undefined : JSON.parse(text));
    record(operation, took, fault);
  } catch (error) {
    record(operation, performance.now() - begin, `no answer (${error.code ?? error.message})`);
  }
}

function faultOf({ statuses = [200, 201], check }, status, text) {
  if (!statuses.includes(status)) return `status ${status}: ${text.slice(0, 200)}`;
  return check === undefined || check(JSON.parse(text)) ? undefined : `a wrong answer: ${text.slice(0, 200)}`;
}

function withBorders(operations) {
  const all = operations.reduce((sum, { share }) => sum + share, 0);
  let sum = 0;
  return operations.map((operation) => ({ border: (sum += operation.share) / all, operation }));
}

function chosen(borders, point) {
  return (borders.find(({ border }) => point < border) ?? borders.at(-1)).operation;
}

/** mulberry32: the same mix in each run. */
function seeded(seed) {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
