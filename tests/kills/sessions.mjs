// A client of the service with one session at a time. It retries what was not answered, and nothing else.
import assert from "node:assert/strict";
import { subjectToken } from "../suites/fixture.mjs";
import { goodExchangeOf, introspectionRequest, refreshRequest, revocationRequest } from "../suites/token_request.mjs";

// Long, so that none ends for its age alone.
const HOURS_OF_A_SUBJECT = 20;
// Refreshes of one session; then another begins.
const LENGTH = 30;

export class Client {
  #session;
  #over = [];
  #revoked = [];

  /** `key`: the one that it proves, if it does. */
  constructor({ credentials, key }, { ask, now }, tally, random) {
    Object.assign(this, { credentials, key, ask, now, tally, random });
  }

  /** One refresh, and what a client does around it. */
  async step() {
    this.#session ??= await this.#begun();
    const { random, tally } = this;
    const session = this.#session;
    await this.#refresh(session);
    tally.refreshes += 1;
    const what = random.below(20);
    if (what < 3) await this.#repeat(session);
    else if (what < 8) await this.#serves(session);
    else if (what === 8) await this.#revoke();
    else if (what < 12 && this.key !== undefined) await this.#unproved(session);
    if (session.used.length >= LENGTH && this.#session === session) {
      this.#over.push(session);
      this.#session = undefined;
    }
  }

  /** At the end: every token serves that must, and none that must not. */
  async settle() {
    const { tally } = this;
    const living = [...this.#over, this.#session].filter((session) => session !== undefined);
    for (const session of living) {
      await this.#serves(session);
      await this.#refresh(session);
      await this.#serves(session);
      tally.checked += 1;
      if (session.used.length < 2) continue;
      // Not a retry: its successor was used. Whoever has it has stolen it, or has lost count.
      await this.#refused(await this.#refreshRequest(session.used.at(-2)));
      await this.#serves(session, false);
    }
    for (const session of this.#revoked) {
      await this.#serves(session, false);
      await this.#refused(await this.#refreshRequest(session.refresh));
      tally.checked += 1;
    }
    await this.#begun();
  }

  /** A request for a token: with the credentials, and with a proof of the key where there is one. */
  async #forToken(request) {
    const sent = await this.credentials.sent(request, this);
    return this.key === undefined ? sent : this.key.proving(sent);
  }

  #refreshRequest(token) {
    return this.#forToken(refreshRequest(this.credentials.id, token));
  }

  async #begun() {
    const exp = this.now() + HOURS_OF_A_SUBJECT * 3600;
    const request = await goodExchangeOf(this, this.credentials.id, "read");
    const exchange = await this.#forToken(request.set("subject_token", await subjectToken(this, { exp })));
    const { status, answer } = await this.ask(exchange);
    assert.equal(status, 200, `an exchange is refused: ${answer.error_description}`);
    return { access: answer.access_token, refresh: answer.refresh_token, used: [] };
  }

  async #refresh(session) {
    const request = await this.#refreshRequest(session.refresh);
    const { status, answer } = await this.ask(request, "refresh");
    assert.equal(status, 200, `a session is lost: ${answer.error_description}`);
    assert.notEqual(answer.refresh_token, session.refresh, "the same refresh token again");
    session.used.push(session.refresh);
    session.refresh = answer.refresh_token;
    session.access = answer.access_token;
    session.proof = request.last;
  }

  /** The same once more, as if the answer had been lost: the same successor. */
  async #repeat(session) {
    const { status, answer } = await this.ask(await this.#refreshRequest(session.used.at(-1)), "refresh");
    assert.equal(status, 200, `a session is lost by a retry: ${answer.error_description}`);
    assert.equal(answer.refresh_token, session.refresh, "a retry gives another successor");
    session.access = answer.access_token;
    this.tally.repeated += 1;
  }

  /** Without a proof, and with the one that was used: refused, and the session goes on. */
  async #unproved(session) {
    const request = await this.credentials.sent(refreshRequest(this.credentials.id, session.refresh), this);
    await this.#refused(request, "invalid_dpop_proof");
    await this.#refused(request.header("dpop", session.proof), "invalid_dpop_proof");
    this.tally.replayed += 1;
  }

  async #serves(session, expected = true) {
    const request = introspectionRequest(this.credentials.id, session.access);
    const { status, answer } = await this.ask(await this.credentials.sent(request, this));
    assert.equal(status, 200, "introspection");
    assert.equal(answer.active, expected, expected ? "a grant is lost" : "a grant that ended serves again");
    if (expected) assert.equal(answer.cnf?.jkt, this.key?.jkt, "the key that a token is bound to");
  }

  async #revoke() {
    const request = revocationRequest(this.credentials.id, this.#session.refresh);
    const { status } = await this.ask(await this.credentials.sent(request, this));
    assert.equal(status, 200, "revocation");
    this.tally.revoked += 1;
    this.#revoked.push(this.#session);
    this.#session = undefined;
  }

  async #refused(request, error = "invalid_grant") {
    const { status, answer } = await this.ask(request);
    assert.deepEqual([status, answer.error], [400, error], "a token that must not serve");
  }
}
