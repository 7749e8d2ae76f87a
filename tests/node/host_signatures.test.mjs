// Node's own crypto and WebCrypto are two hosts of one core: what the one calls a signature the other does, too. The core looks
// at lengths and curves before; here the hosts are asked about what it would never let through.
import assert from "node:assert/strict";
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { describe, test } from "node:test";
import * as node from "../../dist/node_crypto.js";
import * as web from "../../dist/web_crypto.js";

const DATA = "header.payload";
const HASH = { 256: "sha256", 384: "sha384", 512: "sha512" };
const CURVES = { ES256: ["P-256", 32], ES384: ["P-384", 48], ES512: ["P-521", 66] };

let keys = 0;
const named = (key) => ({ id: `host-signatures-${(keys += 1)}`, jwk: key.export({ format: "jwk" }) });

/** What both say of a signature. */
async function both(alg, key, signature, data = DATA) {
  const text = Buffer.from(signature).toString("base64url");
  const said = [node.verify(alg, key, data, text), await web.verify(alg, key, data, text)];
  assert.equal(said[0], said[1], "the hosts differ");
  return said[0];
}

async function refused(alg, key, cases) {
  for (const [name, signature] of Object.entries(cases)) assert.equal(await both(alg, key, signature), false, name);
}

/** Of any algorithm: too short, too long, of something else. */
const lengths = (good) => ({
  "nothing at all": Buffer.alloc(0),
  zeros: Buffer.alloc(good.length),
  "all bits": Buffer.alloc(good.length, 255),
  "its first byte is missing": good.subarray(1),
  "its last byte is missing": good.subarray(0, -1),
  "a byte more": Buffer.concat([good, Buffer.alloc(1)]),
  "a byte before": Buffer.concat([Buffer.alloc(1), good]),
  twice: Buffer.concat([good, good]),
});

describe("both hosts agree about", () => {
  for (const [alg, [namedCurve, length]] of Object.entries(CURVES)) {
    test(alg, async () => {
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
      const key = named(publicKey);
      const hash = HASH[alg.slice(2)];
      const good = sign(hash, DATA, { key: privateKey, dsaEncoding: "ieee-p1363" });
      assert.equal(await both(alg, key, good), true);
      assert.equal(await both(alg, key, good, "other"), false);
      const own = node.sign(alg, named(privateKey), DATA);
      assert.equal(Buffer.from(own, "base64url").length, 2 * length);
      assert.equal(await both(alg, key, Buffer.from(own, "base64url")), true);
      const [r, s, zero] = [good.subarray(0, length), good.subarray(length), Buffer.alloc(length)];
      await refused(alg, key, {
        ...lengths(good),
        DER: sign(hash, DATA, privateKey),
        "r is 0": Buffer.concat([zero, s]),
        "s is 0": Buffer.concat([r, zero]),
        "s before r": Buffer.concat([s, r]),
        "r alone": r,
      });
      const point = { ...key.jwk, y: key.jwk.x };
      assert.equal(await both(alg, { id: "", jwk: point }, good), false, "a point that is not on the curve");
      for (const [other] of Object.values(CURVES).filter(([name]) => name !== namedCurve)) {
        const pair = generateKeyPairSync("ec", { namedCurve: other });
        const signature = sign(hash, DATA, { key: pair.privateKey, dsaEncoding: "ieee-p1363" });
        const wrong = named(pair.publicKey);
        assert.equal(await both(alg, wrong, signature), false, other);
        assert.deepEqual([node.canVerify(alg, wrong), await web.canVerify(alg, wrong)], [false, false], other);
      }
    });
  }

  test("EdDSA", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const key = named(publicKey);
    const good = sign(null, DATA, privateKey);
    // RFC 8032 section 5.1.7: s is less than the order; s and the order together are not.
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = BigInt(`0x${Buffer.from(good.subarray(32)).reverse().toString("hex")}`) + order;
    const large = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
    for (const alg of ["EdDSA", "Ed25519"]) {
      assert.equal(await both(alg, key, good), true);
      assert.equal(await both(alg, key, good, "other"), false);
      await refused(alg, key, { ...lengths(good), "s and the order": Buffer.concat([good.subarray(0, 32), large]) });
    }
  });

  for (const bits of [256, 384, 512]) {
    test(`RS${bits} and PS${bits}`, async () => {
      const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const key = named(publicKey);
      const pss = (saltLength) => ({ key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
      const by = (how, of = bits) => sign(HASH[of], DATA, how);
      const [rs, ps] = [by(privateKey), by(pss(bits / 8))];
      const another = bits === 256 ? 512 : 256;
      for (const [alg, good, bad] of [
        [`RS${bits}`, rs, { "the other padding": ps, "another hash": by(privateKey, another) }],
        [
          `PS${bits}`,
          ps,
          {
            "the other padding": rs,
            "another hash": by(pss(bits / 8), another),
            "no salt": by(pss(0)),
            "a shorter salt": by(pss(bits / 8 - 1)),
            "a longer salt": by(pss(bits / 8 + 1)),
            "the longest salt": by(pss(constants.RSA_PSS_SALTLEN_MAX_SIGN)),
          },
        ],
      ]) {
        assert.equal(await both(alg, key, good), true, alg);
        assert.equal(await both(alg, key, good, "other"), false, alg);
        const own = Buffer.from(node.sign(alg, named(privateKey), DATA), "base64url");
        assert.equal(await both(alg, key, own), true, alg);
        await refused(alg, key, { ...lengths(good), ...bad });
      }
    });
  }
});
