// Other members of RFC 7517 and 7518 (`n`, `e`, `crv`, `x`, `y`, `use`, `key_ops`, `x5c`, ...) may stand beside these.
export const jwk = {
  title: "Jwk",
  type: "object",
  description: "A key as a JSON Web Key (RFC 7517).",
  required: ["kty"],
  properties: {
    kty: { enum: ["RSA", "EC", "OKP", "oct"], description: "The type of the key (RFC 7518 section 6.1)." },
    kid: { type: "string", description: "The name of the key, at most 256 bytes. A token names its key in `kid`." },
    alg: { type: "string", description: "The one algorithm that the key serves, such as `ES256`." },
  },
  additionalProperties: true,
};

export const publicJwk = {
  ...jwk,
  title: "PublicJwk",
  description: "A public key as a JSON Web Key (RFC 7517). Private members are refused.",
  properties: { ...jwk.properties, kty: { ...jwk.properties.kty, enum: ["RSA", "EC", "OKP"] } },
};
