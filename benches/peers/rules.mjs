// What the peers have in common: everything but JWT. Written as somebody would who needs this one exchange and speed.
const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT = "urn:ietf:params:oauth:token-type:jwt";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
export const LEEWAY = 60;
const LONGEST_LIFE = 24 * 3600;

export class Refused extends Error {
  name = "Refused";
}

export class Rules {
  /**
   * `introspectorKey`: makes of an issuer's secret whatever the peer verifies with. `platform`: the digest of a text, the
   * comparison of two, random identifiers. Secrets of clients are digests, as they are stored (`STORED_RESOURCES`).
   */
  constructor({ issuer, resources, introspectorKey, platform, onEvent }) {
    this.issuer = issuer;
    this.platform = platform;
    this.tokenEndpoint = `${issuer}/auth/token`;
    this.onEvent = onEvent;
    this.clients = new Map();
    this.introspectors = new Map();
    this.users = new Map();
    this.usersByIdentifier = new Map();
    for (const resource of resources) this.#add(resource, introspectorKey);
  }

  #add(resource, introspectorKey) {
    switch (resource.resourceType) {
      case "Client":
        this.clients.set(resource.id, {
          ...resource,
          secret: this.platform.stored(resource.secret.slice("__sha256:".length)),
          grantTypes: new Set(resource.grant_types),
          allowedIssuers: new Set(resource.allowedIssuers),
          scope: new Set(resource.scope),
          audience: new Set(resource.auth.token_exchange.audience),
          defaultAudience: resource.auth.token_exchange.audience[0],
          lifetime: resource.auth.token_exchange.access_token_expiration,
        });
        break;
      case "TokenIntrospector":
        this.introspectors.set(resource.jwt.iss, { ...resource, key: introspectorKey(resource.jwt) });
        break;
      case "User":
        this.users.set(resource.id, resource);
        for (const { system, value } of resource.identifier ?? []) {
          this.usersByIdentifier.set(`${system} ${value}`, resource);
        }
    }
  }

  /** Authenticates the client; `digest` is that of its secret. */
  client(parameters, digest = this.platform.digest(parameters.client_secret)) {
    const client = this.clients.get(parameters.client_id);
    if (client === undefined || !this.platform.equal(digest, client.secret)) throw new Refused("client");
    if (client.active === false) throw new Refused("client");
    if (parameters.grant_type !== TOKEN_EXCHANGE || !client.grantTypes.has(TOKEN_EXCHANGE)) throw new Refused("grant");
    if (parameters.subject_token_type !== JWT) throw new Refused("token type");
    if (typeof parameters.subject_token !== "string" || parameters.actor_token !== undefined)
      throw new Refused("token");
    return client;
  }

  /** The issuer that a token names, if it is trusted. */
  introspector(client, iss) {
    const introspector = this.introspectors.get(iss);
    if (introspector === undefined || !client.allowedIssuers.has(iss)) throw new Refused("issuer");
    return introspector;
  }

  /** Decides: gives the claims to issue. Signature, `iss`, `exp` and `nbf` of the subject token have been checked. */
  decide(client, parameters, subject, now) {
    if (typeof subject.sub !== "string" || typeof subject.exp !== "number") throw new Refused("claims");
    if (subject.iat !== undefined && !(subject.iat <= now + LEEWAY)) throw new Refused("iat");
    if (subject.exp > now + LONGEST_LIFE + LEEWAY) throw new Refused("exp");
    if (subject.aud !== undefined) this.#checkAudience(subject.aud);
    const user = this.usersByIdentifier.get(`${subject.iss} ${subject.sub}`) ?? this.users.get(subject.sub);
    if (user === undefined || user.inactive) throw new Refused("user");
    const aud = parameters.audience ?? client.defaultAudience;
    if (!client.audience.has(aud)) throw new Refused("target");
    const scope = parameters.scope;
    for (const name of scope.split(" ")) if (!client.scope.has(name)) throw new Refused("scope");
    return {
      iss: this.issuer,
      sub: user.id,
      aud,
      client_id: client.id,
      iat: now,
      exp: Math.min(now + client.lifetime, subject.exp),
      jti: this.platform.uuid(),
      scope,
    };
  }

  #checkAudience(aud) {
    const all = Array.isArray(aud) ? aud : [aud];
    if (!all.includes(this.issuer) && !all.includes(this.tokenEndpoint)) throw new Refused("audience");
  }

  answer(claims, access_token, subject) {
    this.onEvent({
      time: claims.iat,
      event: "token.exchange",
      outcome: "success",
      client_id: claims.client_id,
      subject: { iss: subject.iss, sub: subject.sub },
      aud: claims.aud,
      scope: claims.scope,
      jti: claims.jti,
      issued_token_type: ACCESS_TOKEN,
    });
    return {
      access_token,
      issued_token_type: ACCESS_TOKEN,
      token_type: "Bearer",
      expires_in: claims.exp - claims.iat,
      scope: claims.scope,
    };
  }
}

/** Seconds. */
export function seconds() {
  return Math.floor(Date.now() / 1000);
}
