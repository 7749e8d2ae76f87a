// The exchange with `fast-jwt`, in its synchronous form and without its cache: every token is seen for the first time.
import { createDecoder, createSigner, createVerifier } from "fast-jwt";
import { LEEWAY, Rules, seconds } from "./rules.mjs";

export function fastJwtExchange({ signingKey, ...options }) {
  const sign = createSigner({
    key: Buffer.from(signingKey.k, "base64url"),
    algorithm: signingKey.alg,
    kid: signingKey.kid,
    typ: "at+jwt",
  });
  const decode = createDecoder();
  const introspectorKey = ({ iss, secret }) =>
    createVerifier({
      key: secret,
      algorithms: ["HS256"],
      allowedIss: iss,
      checkTyp: "JWT",
      requiredClaims: ["iss", "sub", "exp"],
      clockTolerance: LEEWAY * 1000,
    });
  const rules = new Rules({ ...options, introspectorKey });

  return function exchange(parameters) {
    const client = rules.client(parameters);
    const { iss } = decode(parameters.subject_token);
    const subject = rules.introspector(client, iss).key(parameters.subject_token);
    const claims = rules.decide(client, parameters, subject, seconds());
    return rules.answer(claims, sign(claims), subject);
  };
}
