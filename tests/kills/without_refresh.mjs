// Clients that have no refresh token: a public one, which exchanges again, and one that redeems identity assertions. Whoever
// gets no answer sends the same again.
import assert from "node:assert/strict";
import { EXCHANGE, ISSUER, JWT_BEARER, subjectToken, TRUSTED, TYPE } from "../suites/fixture.mjs";
import { introspectionRequest, TokenRequest } from "../suites/token_request.mjs";

// Seconds that the tokens live, at least: longer than a run.
const LIFE = 20 * 3600;

/** A public client, which proves its key now and then. It begins anew whenever it likes; what it has been given serves. */
export class PublicClient {
  #given = [];

  constructor({ id, key }, { ask, now }, tally, random) {
    Object.assign(this, { id, key, ask, now, tally, random });
  }

  async step() {
    const proves = this.random.below(2) === 0;
    const request = new TokenRequest().set("client_id", this.id).set("grant_type", EXCHANGE);
    request
      .set("subject_token", await this.#subject())
      .set("subject_token_type", TYPE.jwt)
      .set("scope", "read");
    const { status, answer } = await this.ask(proves ? this.key.proving(request) : request);
    assert.equal(status, 200, `an exchange is refused: ${answer.error_description}`);
    assert.equal(answer.refresh_token, undefined, "a public client has a refresh token");
    this.#given.push({ token: answer.access_token, jkt: proves ? this.key.jkt : undefined });
    this.tally.exchanges += 1;
    if (this.random.below(4) === 0) await this.#serves(this.random.one(this.#given));
  }

  /** At the end: everything that was answered serves. */
  async settle() {
    for (const given of this.#given) await this.#serves(given);
    this.tally.checked += this.#given.length;
    await this.step();
  }

  #subject() {
    const claims = { sub: "ci", aud: "https://ci.sts.example", repository: "octo/shop", exp: this.now() + LIFE };
    return subjectToken(this, claims, TRUSTED.federation);
  }

  async #serves({ token, jkt }) {
    const { status, answer } = await this.ask(introspectionRequest("rs", token));
    assert.equal(status, 200, "introspection");
    assert.equal(answer.active, true, "a grant is lost");
    assert.equal(answer.cnf?.jkt, jkt, "the key that a token is bound to");
  }
}

/** A client that redeems identity assertions: each serves once, also where its token was lost on its way. */
export class Redeemer {
  #redeemed = [];

  constructor({ id }, { ask, now }, tally, random) {
    Object.assign(this, { id, ask, now, tally, random });
  }

  async step() {
    const request = await this.#request();
    const { status, answer, lost } = await this.ask(request);
    this.tally.redeemed += 1;
    if (status !== 200) {
      // It was redeemed, and nobody heard of it. The client asks its issuer for another one.
      assert.deepEqual([status, answer.error], [400, "invalid_grant"], "an assertion is refused");
      assert.ok(lost > 0, "an assertion is refused that nobody has redeemed");
      this.tally.redeemedUnheard += 1;
    } else {
      this.#redeemed.push({ token: answer.access_token, request });
    }
    if (this.random.below(2) === 0) await this.#refused(request);
  }

  /** At the end: everything that was answered serves, and no assertion does a second time. */
  async settle() {
    for (const { token, request } of this.#redeemed) {
      const { answer } = await this.ask(introspectionRequest(this.id, token));
      assert.equal(answer.active, true, "a grant is lost");
      await this.#refused(request);
    }
    this.tally.checked += this.#redeemed.length;
    await this.step();
  }

  async #request() {
    const now = this.now();
    const claims = { aud: ISSUER, client_id: this.id, jti: crypto.randomUUID(), iat: now, exp: now + 300 };
    const header = { alg: "HS256", typ: "oauth-id-jag+jwt" };
    const more = { resource: "https://mcp.example/", scope: "read" };
    const assertion = await subjectToken(this, { ...claims, ...more }, TRUSTED.jag, header);
    return new TokenRequest().as(this.id).set("grant_type", JWT_BEARER).set("assertion", assertion);
  }

  async #refused(request) {
    const { status, answer } = await this.ask(request);
    assert.deepEqual([status, answer.error], [400, "invalid_grant"], "an assertion serves twice");
  }
}
