// The exchange with nothing but `node:crypto`: no general case, no options, every token taken apart once.
import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import { LEEWAY, Refused, Rules, seconds } from "./rules.mjs";

export function nodeCryptoExchange({ signingKey, ...options }) {
  const key = createSecretKey(signingKey.k, "base64url");
  const header = encoded({ typ: "at+jwt", alg: signingKey.alg, kid: signingKey.kid });
  const introspectorKey = ({ secret }) => createSecretKey(Buffer.from(secret));
  const rules = new Rules({ ...options, introspectorKey });

  return function exchange(parameters) {
    const client = rules.client(parameters);
    const now = seconds();
    const subject = verified(parameters.subject_token, now, (iss) => rules.introspector(client, iss).key);
    const claims = rules.decide(client, parameters, subject, now);
    const input = `${header}.${encoded(claims)}`;
    return rules.answer(claims, `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`, subject);
  };
}

function verified(token, now, keyOf) {
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  if (first < 0 || second < 0 || token.includes(".", second + 1)) throw new Refused("parts");
  const { alg, typ, crit } = decoded(token.slice(0, first));
  if (alg !== "HS256" || typ !== "JWT" || crit !== undefined) throw new Refused("header");
  const claims = decoded(token.slice(first + 1, second));
  const tag = createHmac("sha256", keyOf(claims.iss)).update(token.slice(0, second)).digest();
  const signature = Buffer.from(token.slice(second + 1), "base64url");
  if (signature.length !== tag.length || !timingSafeEqual(signature, tag)) throw new Refused("signature");
  if (!(claims.exp > now - LEEWAY)) throw new Refused("exp");
  if (claims.nbf !== undefined && !(claims.nbf <= now + LEEWAY)) throw new Refused("nbf");
  return claims;
}

function decoded(part) {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    throw new Refused("JSON");
  }
}

function encoded(value) {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
