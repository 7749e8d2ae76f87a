// The exchange with `jose`, in Node and in Workers. Keys are imported beforehand.
import { decodeJwt, jwtVerify, SignJWT } from "jose";
import { LEEWAY, Rules, seconds } from "./rules.mjs";

export async function joseExchange({ signingKey, ...options }) {
  const key = await importedKey(base64url(signingKey.k), "sign");
  const header = { typ: "at+jwt", alg: signingKey.alg, kid: signingKey.kid };
  const keys = new Map();
  for (const { jwt } of options.resources.filter(({ resourceType }) => resourceType === "TokenIntrospector")) {
    keys.set(jwt.iss, await importedKey(utf8.encode(jwt.secret), "verify"));
  }
  const rules = new Rules({ ...options, introspectorKey: ({ iss }) => keys.get(iss) });

  return async function exchange(parameters) {
    const digest = rules.platform.digest(parameters.client_secret);
    const client = rules.client(parameters, digest instanceof Promise ? await digest : digest);
    const { iss } = decodeJwt(parameters.subject_token);
    const introspector = rules.introspector(client, iss);
    const { payload } = await jwtVerify(parameters.subject_token, introspector.key, {
      algorithms: ["HS256"],
      typ: "JWT",
      issuer: iss,
      requiredClaims: ["sub", "exp"],
      clockTolerance: LEEWAY,
    });
    const claims = rules.decide(client, parameters, payload, seconds());
    const token = await new SignJWT(claims).setProtectedHeader(header).sign(key);
    return rules.answer(claims, token, payload);
  };
}

const utf8 = new TextEncoder();

function importedKey(bytes, usage) {
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [usage]);
}

function base64url(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}
