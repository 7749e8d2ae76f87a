// cases.md F: issuers with public keys that are written out in their TokenIntrospector.
import { refusedBy, servesGood } from "./answers.mjs";
import { equal, matches, ok } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, subjectToken } from "./fixture.mjs";
import {
  base64,
  base64url,
  bytesOf,
  bytesOfBase64url,
  mint,
  mintSigned,
  newKeyPair,
  publicJwk,
  SIGNATURE_ALGORITHMS,
} from "./jwt.mjs";
import { basic, goodExchange } from "./token_request.mjs";

const ID = "public-keys";
const ISS = "https://public-keys.example";
const SECRET = "planted secret of the client of public_keys";

const KTY = (alg) => ({ R: "RSA", P: "RSA" })[alg[0]] ?? (alg.startsWith("ES") ? "EC" : "OKP");

const made = new Map();

/** A key pair for each algorithm, made once: the private JWK, the public one without alg, PEM and DER. */
async function keyOf(alg) {
  if (!made.has(alg)) made.set(alg, generate(alg));
  return made.get(alg);
}

async function generate(alg) {
  const { privateKey, publicKey } = await newKeyPair(alg);
  const {
    alg: _alg,
    key_ops: _operations,
    ext: _ext,
    ...privateJwk
  } = await crypto.subtle.exportKey("jwk", privateKey);
  const der = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
  const lines = base64(der)
    .replaceAll(/(.{64})/g, "$1\n")
    .trimEnd();
  const pem = `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`;
  return { alg, privateJwk, jwk: publicJwk(privateJwk), der, pem };
}

async function administer(sts, method, path, body) {
  const response = await sts.fetch(path, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse((await response.text()) || "null") };
}

async function trust(sts, ...keys) {
  const client = {
    secret: SECRET,
    grant_types: [EXCHANGE],
    allowedIssuers: [ISS],
    scope: ["read"],
    auth: { token_exchange: { token_format: "jwt", audience: ["orders"] } },
  };
  const put = await administer(sts, "PUT", `/Client/${ID}`, client);
  ok(put.status < 300, JSON.stringify(put.body));
  const introspector = await administer(sts, "PUT", `/TokenIntrospector/${ID}`, introspectorOf(...keys));
  ok(introspector.status < 300, JSON.stringify(introspector.body));
}

const introspectorOf = (...keys) => ({ type: "jwt", jwt: { iss: ISS, keys } });

async function present(sts, token) {
  const request = (await goodExchange(sts)).header("authorization", basic(ID, SECRET));
  return request.set("subject_token", token).send(sts);
}

const claimsOf = (sts) => ({ iss: ISS, sub: "alice", exp: sts.now() + 600 });

/** A token of this key; `header` beside `alg`. */
const tokenOf = (sts, { alg, privateJwk }, header = {}) => mintSigned(claimsOf(sts), privateJwk, { alg, ...header });

const refused = { status: 400, error: "invalid_request", says: /no key of its issuer verifies its signature/ };

async function serves(sts, token) {
  const response = await present(sts, token);
  const text = await response.text();
  equal(response.status, 200, `status of ${text.slice(0, 200)}`);
}

const formats = [
  ["PEM", ({ alg, pem }) => ({ format: "PEM", kty: KTY(alg), alg, pub: pem })],
  ["jwk with alg beside it", ({ alg, jwk }) => ({ format: "jwk", alg, jwk })],
  [
    "jwk with alg, use, kid and members of its own",
    ({ alg, jwk }) => ({
      format: "jwk",
      jwk: {
        ...jwk,
        alg,
        use: "sig",
        key_ops: ["verify"],
        kid: "k1",
        x5t: "x",
        issuer: "https://login.example/{tenant}",
      },
    }),
  ],
];

const algorithms = SIGNATURE_ALGORITHMS.flatMap((alg) =>
  formats.map(([title, format]) => ({
    name: `F ${alg}: ${title}`,
    async run(sts) {
      const key = await keyOf(alg);
      await trust(sts, format(key));
      const token = await tokenOf(sts, key, { kid: "k1" });
      await serves(sts, token);
      await serves(sts, await tokenOf(sts, key)); // no kid
      const [input, signature] = [token.slice(0, token.lastIndexOf(".")), token.slice(token.lastIndexOf(".") + 1)];
      const bytes = bytesOfBase64url(signature);
      bytes[7] ^= 1;
      const der = Uint8Array.from([0x30, bytes.length, ...bytes]);
      for (const bad of [bytes, bytes.slice(1), new Uint8Array(bytes.length), der, new Uint8Array()]) {
        await refusedBy(await present(sts, `${input}.${base64url(bad)}`), refused, [token]);
      }
      await serves(sts, token);
    },
  })),
);

const confusion = ["RS256", "ES256", "EdDSA"].map((alg) => ({
  name: `F ${alg}: its public key is no HMAC secret`,
  async run(sts) {
    const key = await keyOf(alg);
    await trust(sts, formats[0][1](key));
    const texts = [key.pem, key.pem.trimEnd(), key.pem.split("\n").slice(1, -2).join(""), JSON.stringify(key.jwk)];
    for (const secret of [...texts.map(bytesOf), key.der, bytesOfBase64url(key.jwk.n ?? key.jwk.x)]) {
      for (const name of ["HS256", "HS384", "HS512"]) {
        const token = await mint(claimsOf(sts), secret, { alg: name, kid: "k1" });
        await refusedBy(await present(sts, token), refused, [token]);
      }
    }
    await serves(sts, await tokenOf(sts, key));
  },
}));

const hex = (text) => Uint8Array.from(text.match(/../g), (byte) => Number.parseInt(byte, 16));

// 32 bytes between the lowest and the highest one, like the latter.
function edge(first, last) {
  const bytes = new Uint8Array(32).fill(last === "00" || last === "80" ? 0 : 255);
  [bytes[0], bytes[31]] = [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  return base64url(bytes);
}

const off = async () => {
  const { jwk } = await keyOf("ES256");
  return { ...jwk, x: jwk.y };
};

// A key that is never used, and the member that is named.
const bad = [
  [
    "RSA 1024 bit",
    async () => ({ jwk: { ...(await keyOf("RS256")).jwk, n: base64url(new Uint8Array(128).fill(255)) } }),
    "jwk.n",
  ],
  ["e is 1", async () => ({ jwk: { ...(await keyOf("RS256")).jwk, e: "AQ" } }), "jwk.e"],
  ["e is even", async () => ({ jwk: { ...(await keyOf("RS256")).jwk, e: "AQAA" } }), "jwk.e"],
  ["a private key", async () => ({ jwk: (await keyOf("ES256")).privateJwk }), "jwk.d"],
  ["use enc", async () => ({ jwk: { ...(await keyOf("ES256")).jwk, use: "enc" } }), "jwk.use"],
  [
    "key_ops without verify",
    async () => ({ jwk: { ...(await keyOf("ES256")).jwk, key_ops: ["sign"] } }),
    "jwk.key_ops",
  ],
  ["alg of another kind", async () => ({ jwk: { ...(await keyOf("ES256")).jwk, alg: "RS256" } }), "jwk.alg"],
  ["X25519", async () => ({ jwk: { ...(await keyOf("EdDSA")).jwk, crv: "X25519" } }), "jwk.crv"],
  ["a point off its curve", async () => ({ alg: "ES256", jwk: await off() }), ""],
  // Points of small order and encodings that are not canonical: 1, p - 1, order 8, p + 1, and one more than that.
  ...[
    ["01", "00"],
    ["01", "80"],
    ["ec", "7f"],
    ["ec", "ff"],
    ["ee", "7f"],
    ["f7", "7f"],
  ].map(([first, last]) => [
    `Ed25519, y is ${first}…${last}`,
    async () => ({ jwk: { kty: "OKP", crv: "Ed25519", x: edge(first, last) } }),
    "jwk.x",
  ]),
  ...[
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  ].map((x) => [
    `Ed25519, of order 8: ${x.slice(0, 4)}`,
    async () => ({ jwk: { kty: "OKP", crv: "Ed25519", x: base64url(hex(x)) } }),
    "jwk.x",
  ]),
  ["x is short", async () => ({ jwk: { ...(await keyOf("ES256")).jwk, x: "AQAB" } }), "jwk.x"],
];

const notUsed = bad.map(([title, make, member]) => ({
  name: `F05 F08 422 ${title}`,
  async run(sts) {
    const body = introspectorOf({ format: "jwk", ...(await make()) });
    const { status, body: outcome } = await administer(sts, "PUT", `/TokenIntrospector/${ID}-bad`, body);
    equal(status, 422, `status of ${JSON.stringify(outcome).slice(0, 300)}`);
    const path = ["TokenIntrospector.jwt.keys[0]", member].filter(Boolean).join(".");
    equal(outcome.issue[0].expression[0], path, "expression");
    equal((await administer(sts, "GET", `/TokenIntrospector/${ID}-bad`)).status, 404, "nothing was stored");
    await servesGood(sts);
  },
}));

// A key that names no algorithm serves those that the introspector allows.
const rsaWithoutAlg = [
  [undefined, ["RS256"], ["RS384", "PS256"]],
  [
    ["RS512", "PS256", "ES256"],
    ["RS512", "PS256"],
    ["RS256", "PS384"],
  ],
  [["ES256"], [], ["RS256"]],
].map(([algorithms, served, others]) => ({
  name: `F algorithms ${JSON.stringify(algorithms)}, an RSA key without alg`,
  async run(sts) {
    const { jwk, privateJwk } = await keyOf("RS256");
    await trust(sts, { format: "jwk", jwk });
    const body = { ...introspectorOf({ format: "jwk", jwk }), ...(algorithms && { algorithms }) };
    const put = await administer(sts, "PUT", `/TokenIntrospector/${ID}`, body);
    equal(put.status, 200, JSON.stringify(put.body));
    const token = (alg) => tokenOf(sts, { alg, privateJwk });
    for (const alg of served) await serves(sts, await token(alg));
    for (const alg of others) await refusedBy(await present(sts, await token(alg)), refused);
    // a key that names one serves that one
    const named = { ...body, jwt: { iss: ISS, keys: [{ format: "jwk", alg: "RS384", jwk }] } };
    await administer(sts, "PUT", `/TokenIntrospector/${ID}`, named);
    await serves(sts, await token("RS384"));
    for (const alg of [...served, ...others].filter((alg) => alg !== "RS384")) {
      await refusedBy(await present(sts, await token(alg)), refused);
    }
    await servesGood(sts);
  },
}));

const badAlgorithms = [["none"], ["HS256"], ["RS256", "rs512"], [1], [], "RS256"].map((algorithms) => ({
  name: `F 422 algorithms ${JSON.stringify(algorithms)}`,
  async run(sts) {
    const { jwk } = await keyOf("RS256");
    const body = { ...introspectorOf({ format: "jwk", jwk }), algorithms };
    const { status, body: outcome } = await administer(sts, "PUT", `/TokenIntrospector/${ID}-bad`, body);
    equal(status, 422, "status");
    matches(outcome.issue[0].expression[0], /^TokenIntrospector\.algorithms/, "expression");
    await servesGood(sts);
  },
}));

export default [
  ...algorithms,
  ...rsaWithoutAlg,
  ...badAlgorithms,
  {
    name: "F at most ten keys are tried where no kid chooses",
    async run(sts) {
      const keys = [];
      for (let n = 0; n < 12; n++) keys.push(await generate("ES256"));
      const jwks = keys.map(({ jwk }) => ({ format: "jwk", jwk }));
      await trust(sts, ...jwks);
      await serves(sts, await tokenOf(sts, keys[9]));
      await refusedBy(await present(sts, await tokenOf(sts, keys[10])), refused);
      await serves(sts, await tokenOf(sts, keys[0], { kid: "of-no-key" }));
      await refusedBy(await present(sts, await tokenOf(sts, keys[11], { kid: "of-no-key" })), refused);
      // what a kid chooses is not among them
      await trust(sts, ...jwks.slice(0, 11), { ...jwks[11], kid: "k12" });
      await serves(sts, await tokenOf(sts, keys[11], { kid: "k12" }));
      await servesGood(sts);
    },
  },
  {
    name: "F use jwt-svid, as SPIFFE's bundles have it",
    async run(sts) {
      const key = await keyOf("ES256");
      await trust(sts, { format: "jwk", jwk: { ...key.jwk, kid: "k1", use: "jwt-svid" } });
      await serves(sts, await tokenOf(sts, key, { kid: "k1", typ: "JOSE" }));
      const body = introspectorOf({ format: "jwk", jwk: { ...key.jwk, use: "x509-svid" } });
      equal((await administer(sts, "PUT", `/TokenIntrospector/${ID}-bad`, body)).status, 422, "use x509-svid");
      await servesGood(sts);
    },
  },
  ...confusion,
  ...notUsed,
  {
    name: "F04 422 two keys have one kid",
    async run(sts) {
      const keys = [await keyOf("ES256"), await keyOf("RS256")];
      const body = introspectorOf(...keys.map(({ alg, jwk }) => ({ format: "jwk", kid: "k1", alg, jwk })));
      const { status, body: outcome } = await administer(sts, "PUT", `/TokenIntrospector/${ID}-bad`, body);
      equal(status, 422, "status");
      equal(outcome.issue[0].expression[0], "TokenIntrospector.jwt.keys", "expression");
      await servesGood(sts);
    },
  },
  {
    name: "F a key of another issuer, a kid of no key, an alg of no key",
    async run(sts) {
      const [own, other] = [await keyOf("ES256"), await keyOf("ES384")];
      await trust(sts, { format: "jwk", kid: "k1", alg: "ES256", jwk: own.jwk });
      await serves(sts, await tokenOf(sts, own, { kid: "k1" }));
      for (const token of [
        await tokenOf(sts, own, { kid: "k2" }),
        await tokenOf(sts, other, { kid: "k1" }),
        await tokenOf(sts, other, { jwk: other.jwk }),
        await subjectToken(sts, { iss: ISS }),
      ]) {
        await refusedBy(await present(sts, token), refused, [token]);
      }
      // and this issuer's key is no other one's
      const token = await mintSigned({ ...claimsOf(sts), iss: "https://issuer.example" }, own.privateJwk, {
        alg: "ES256",
      });
      await refusedBy(await (await goodExchange(sts)).set("subject_token", token).send(sts), refused, [token]);
      await servesGood(sts);
    },
  },
  {
    name: "F the keys of a rotation are tried in turn",
    async run(sts) {
      const keys = await Promise.all(["ES256", "RS256", "EdDSA"].map(keyOf));
      await trust(sts, ...keys.map(({ alg, jwk }, index) => ({ format: "jwk", kid: `k${index}`, alg, jwk })));
      for (const [index, key] of keys.entries()) {
        await serves(sts, await tokenOf(sts, key, { kid: `k${index}` }));
        await serves(sts, await tokenOf(sts, key));
      }
      await administer(sts, "DELETE", `/TokenIntrospector/${ID}`);
      await administer(sts, "DELETE", `/Client/${ID}`);
    },
  },
];
