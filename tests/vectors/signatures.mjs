// The signatures of the public vectors as the core hands them to a host: those whose text is a compact JWS with the
// algorithm of its key. What the core refuses before, it refuses in every runtime; tests/rust/vectors.rs shows that.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const VECTORS = resolve(ROOT, process.env.STS_VECTORS ?? "../shared/vectors");

const BASE64URL = /^[A-Za-z0-9_-]*$/;
// Bytes of a signature; others never reach a host.
const LENGTHS = { ES256: 64, ES384: 96, ES512: 132, EdDSA: 64, Ed25519: 64 };
const MEMBERS = { RSA: ["e", "n"], EC: ["crv", "x", "y"], OKP: ["crv", "x"] };
const USUAL = { "P-256": "ES256", "P-384": "ES384", "P-521": "ES512", Ed25519: "EdDSA" };

const read = (path) => JSON.parse(readFileSync(path, "utf8"));

/** The cases of a folder of vectors; says loudly where there are none. */
function folder(name, cases) {
  const path = resolve(VECTORS, name);
  if (existsSync(path)) return cases(path);
  const places = "https://github.com/C2SP/wycheproof (testvectors_v1) and https://github.com/ietf-jose/cookbook";
  console.error(
    `\n*** SKIPPED: ${name} is not at ${path}. Get it from ${places}, and set STS_VECTORS to their folder. ***\n`,
  );
  return [];
}

function wycheproof(path) {
  const exceptions = read(resolve(ROOT, "tests/data/wycheproof_exceptions.json")).json_web_signature_test;
  return ["json_web_signature_test", "json_web_key_test", "json_web_crypto_test"].flatMap((name) =>
    read(resolve(path, `${name}.json`)).testGroups.flatMap(({ comment, public: key, tests }) =>
      key === undefined || key.keys !== undefined
        ? []
        : tests.map(({ tcId, comment: what, jws, result }) => ({
            name: `${name} ${tcId}: ${comment} ${what}`,
            key,
            jws,
            valid: (result === "valid") !== (name === "json_web_signature_test" && String(tcId) in exceptions),
          })),
    ),
  );
}

function cookbook(path) {
  const files = ["jws/4_1.rsa_v15_signature", "jws/4_2.rsa-pss_signature", "jws/4_3.ecdsa_signature", "curve25519/jws"];
  return files.map((file) => {
    const { title, input, output } = read(resolve(path, `${file}.json`));
    return { name: title, key: { ...input.key, alg: input.alg }, jws: output.compact, valid: true };
  });
}

function rfcs() {
  return ["rfc7515", "rfc8037_rfc7638"].flatMap((file) =>
    read(resolve(ROOT, `tests/data/${file}.json`))
      .vectors.filter(({ jwk }) => jwk !== undefined && jwk !== null && jwk.kty !== "oct")
      .map(({ id, jwk, jws, expect }) => {
        const { alg } = JSON.parse(Buffer.from(jws.split(".")[0], "base64url"));
        return { name: id, key: { ...jwk, alg }, jws, valid: expect === "valid" };
      }),
  );
}

/** `{ name, valid, alg, key: { id, jwk }, data, signature }[]`, as the effect `verify` has them. */
export function signatures() {
  const all = [...folder("wycheproof", wycheproof), ...folder("ietf-jose-cookbook", cookbook), ...rfcs()];
  return all.flatMap(({ name, key, jws, valid }, index) => {
    const parts = typeof jws === "string" ? jws.split(".") : [];
    if (parts.length !== 3 || !parts.every((part) => BASE64URL.test(part) && part.length % 4 !== 1)) return [];
    const header = parsed(parts[0]);
    const alg = key.alg ?? USUAL[key.crv];
    if (header?.alg !== alg || (header.kid !== undefined && key.kid !== undefined && header.kid !== key.kid)) return [];
    if (["crit", "b64", "zip"].some((member) => member in header) || key.use === "enc") return [];
    if (key.key_ops?.includes("verify") === false || / jws_rsa_roca_key /.test(name)) return [];
    const length = Buffer.from(parts[2], "base64url").length;
    if (LENGTHS[alg] !== undefined && LENGTHS[alg] !== length) return [];
    const jwk = Object.fromEntries(["kty", ...(MEMBERS[key.kty] ?? [])].map((member) => [member, key[member]]));
    const data = `${parts[0]}.${parts[1]}`;
    return [{ name, valid, alg, key: { id: String(index), jwk }, data, signature: parts[2] }];
  });
}

function parsed(part) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(part, "base64url")));
  } catch {
    return undefined;
  }
}
