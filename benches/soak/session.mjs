// A client's session: the tokens it holds, and when it gives them up.

/** Refreshes of one grant. A grant keeps at most 64 access tokens alive (src/limits.rs). */
const REFRESHES = 20;
/** Seconds. The subject token of a session lives for 600, and what was issued for it no longer. */
const LIFE = 240;

export class Session {
  /** By kind ("jwt", "opaque", "openid"): `access`, `refresh`, `used` (the refresh tokens before it), `until`. */
  #held = new Map();
  /** The last identity assertion that was redeemed. */
  assertion = undefined;

  /** `number`: of the session, for ids that no other session writes. */
  constructor(number) {
    this.number = number;
  }

  /** What is held of a kind, as long as it is good. */
  held(kind) {
    const held = this.#held.get(kind);
    if (held === undefined || held.until < performance.now() || held.used.length > REFRESHES) return undefined;
    return held;
  }

  /** An exchange was answered. A grant that is in use goes on: each new one costs the store a record. */
  issued(kind, { access_token: access, refresh_token: refresh }) {
    const held = this.held(kind);
    if (held === undefined) this.#held.set(kind, { access, refresh, used: [], until: performance.now() + LIFE * 1000 });
  }

  refreshed(kind, { access_token: access, refresh_token: refresh }) {
    const held = this.#held.get(kind);
    Object.assign(held, { access, refresh, used: [...held.used, held.refresh] });
  }

  ended(kind) {
    this.#held.delete(kind);
  }
}
