// Tokens of the toy: what it verifies and what it issues.
import { createHash, createHmac, createPrivateKey, createPublicKey, randomUUID, sign, verify } from "node:crypto";
import { ISSUER, Refusal, SECRET, SIGNATURE, TYPE } from "./configuration.mjs";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export const seconds = () => Math.floor(Date.now() / 1000);

export function json(part) {
  try {
    const value = JSON.parse(Buffer.from(part ?? "", "base64url").toString());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this ES256 key signed the JWT. */
export function signedBy(token, { crv, kty, x, y }) {
  const [header, payload, signature = ""] = token.split(".");
  if (json(header)?.alg !== "ES256") return false;
  const key = { key: createPublicKey({ key: { crv, kty, x, y }, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  return verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"));
}

function signed(header, claims) {
  const input = `${encode({ alg: "ES256", kid: SIGNATURE.kid, ...header })}.${encode(claims)}`;
  const key = { key: createPrivateKey({ key: SIGNATURE, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
}

/** The claims of a token of the trusted issuer, or undefined. `prefix`: of the names of the faults that count here. */
export function claimsOf(token, { broken, url }, prefix = "", types = ["jwt"]) {
  const accepts = (name) => broken(prefix + name);
  const [header, payload, signature, ...more] = (token ?? "").split(".");
  const [head, claims] = [json(header), json(payload)];
  if (claims === undefined || head === undefined || more.length > 0) return undefined;
  if (!/^[\w-]+$/.test(header) || !/^[\w-]+$/.test(payload)) return undefined;
  const unsecured = /^none$/i.test(head.alg) && accepts("alg-none");
  const expected = createHmac("sha256", SECRET).update(`${header}.${payload}`).digest("base64url");
  if (signature !== expected && !unsecured && !accepts("any-signature")) return undefined;
  if (head.alg !== "HS256" && !unsecured) return undefined;
  if (head.crit !== undefined && !accepts("crit-ignored")) return undefined;
  if (!types.includes(head.typ?.toLowerCase() ?? "jwt") && !accepts("any-typ")) return undefined;
  if (claims.iss !== ISSUER && !accepts("any-issuer")) return undefined;
  if (typeof claims.sub !== "string" && !accepts("any-sub")) return undefined;
  const exp = accepts("exp-as-text") ? Number(claims.exp) : claims.exp;
  if (typeof exp !== "number" || (exp < seconds() && !accepts("expired"))) return undefined;
  for (const name of ["nbf", "iat"]) {
    if (claims[name] !== undefined && typeof claims[name] !== "number" && !accepts("any-times")) return undefined;
  }
  if (claims.nbf > seconds() && !accepts("nbf-ignored")) return undefined;
  if (claims.aud !== undefined && ![claims.aud].flat().includes(url) && !accepts("aud-ignored")) return undefined;
  for (const name of ["act", "may_act"]) {
    const value = claims[name];
    const malformed = value !== undefined && (typeof value !== "object" || Array.isArray(value));
    if (malformed && !accepts("any-act")) return undefined;
  }
  return claims;
}

/** RFC 9449, for ES256: the key's thumbprint, undefined without a proof. */
export function bound(request, { broken, url }) {
  const lines = request.rawHeaders.filter((name, index) => index % 2 === 0 && /^dpop$/i.test(name)).length;
  if (lines === 0 || broken("dpop-ignored")) return undefined;
  const invalid = new Refusal("invalid_dpop_proof");
  if (lines > 1 && !broken("dpop-twice")) throw invalid;
  const [proof] = request.headers.dpop.split(", ");
  const [head, claims] = proof.split(".").slice(0, 2).map(json);
  const jwk = head?.jwk;
  if (head?.typ !== "dpop+jwt" && !broken("dpop-typ")) throw invalid;
  if (jwk?.kty !== "EC" || (jwk.d && !broken("dpop-private")) || claims === undefined) throw invalid;
  if (!broken("dpop-signature") && !signedBy(proof, jwk)) throw invalid;
  const { jti, htm, htu, iat } = claims;
  const typed = [
    [jti, "string"],
    [htm, "string"],
    [htu, "string"],
    [iat, "number"],
  ];
  if (!typed.every(([value, type]) => typeof value === type) && !broken("dpop-claims")) throw invalid;
  const place = URL.canParse(htu) ? new URL(htu) : undefined;
  if (htm !== "POST" && !broken("dpop-htm")) throw invalid;
  if (
    (broken("dpop-htu-with-query") ? htu : `${place?.origin}${place?.pathname}`) !== `${url}/token` &&
    !broken("dpop-htu")
  )
    throw invalid;
  if (Math.abs(iat - seconds()) > 300 && !broken("dpop-iat")) throw invalid;
  const { crv, kty, x, y } = jwk;
  return broken("dpop-thumbprint")
    ? "x"
    : createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}

/** The answer of RFC 8693 section 2.2.1 with an access token and a refresh token. */
export function issued({ client, sub, aud, scope, act, jkt, requested = TYPE.accessToken }, state) {
  const { broken, url } = state;
  const iat = seconds();
  const claims = {
    iss: broken("iss-of-another") ? ISSUER : url,
    sub,
    aud: broken("aud-of-all") ? ["orders", "stock"] : aud.length === 1 ? aud[0] : aud,
    client_id: broken("client_id-of-another") ? "other" : client,
    iat,
    exp: iat + (broken("exp-of-another-time") ? 9000 : 300),
    jti: broken("jti-repeats") ? "1" : randomUUID(),
    scope: broken("scope-a-list") ? scope?.split(" ") : broken("scope-narrowed-untold") ? scope?.split(" ")[0] : scope,
    act: act ?? (broken("act-of-nobody") ? { sub: "nobody" } : undefined),
    cnf: jkt === undefined ? undefined : { jkt },
  };
  if (broken("no-client_id")) delete claims.client_id;
  let token = signed(
    { typ: broken("typ") ? "JWT" : "at+jwt", ...(broken("kid-of-nobody") ? { kid: "x" } : {}) },
    claims,
  );
  if (broken("issues-unsecured")) token = `${encode({ alg: "none" })}.${encode(claims)}.`;
  const refresh = randomUUID();
  state.refresh.set(refresh, { client, sub, aud, scope, act, jkt, token });
  const answer = {
    access_token: broken("token-with-spaces") ? "a token" : token,
    issued_token_type: requested === TYPE.jwt ? TYPE.jwt : TYPE.accessToken,
    token_type: jkt === undefined ? "Bearer" : "DPoP",
    expires_in: broken("expires_in-as-text") ? "300" : 300,
    scope: broken("scope-narrowed-untold") ? undefined : scope,
    refresh_token: refresh,
  };
  for (const name of ["issued_token_type", "token_type", "expires_in"]) if (broken(`no-${name}`)) delete answer[name];
  if (broken("requested-ignored") && ![TYPE.jwt, TYPE.accessToken].includes(requested))
    answer.issued_token_type = requested;
  if (broken("null-member")) answer.scope = null;
  return answer;
}

/** An ID-JAG for the resource authorization server. */
export function issuedIdJag({ client, sub, aud }, { broken, url }) {
  const iat = seconds();
  const claims = { iss: url, sub, aud, client_id: client, jti: randomUUID(), iat, exp: iat + 300 };
  if (broken("id-jag-without-client_id")) delete claims.client_id;
  return {
    access_token: signed({ typ: broken("id-jag-typ") ? "JWT" : "oauth-id-jag+jwt" }, claims),
    issued_token_type: TYPE.idJag,
    token_type: broken("id-jag-is-bearer") ? "Bearer" : "N_A",
    expires_in: 300,
  };
}

/** The claims of a token that the toy issued, or undefined. */
export function own(token, { broken, revoked }) {
  const good = broken("introspects-any") || (token.split(".").length === 3 && signedBy(token, SIGNATURE));
  return good && !revoked.has(token) ? json(token.split(".")[1]) : undefined;
}
