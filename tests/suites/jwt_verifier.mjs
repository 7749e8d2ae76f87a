// Bad tokens (RFC 7515, RFC 7519, RFC 8725). Each is refused as a subject token with invalid_request, and the same
// instance serves on. What is good in a way that a hasty verifier refuses is here too.
import { exchangeCases, issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, ok, same } from "./assert.mjs";
import { goodClaims, subjectToken, TRUSTED } from "./fixture.mjs";
import { base64, base64url, bytesOf, hmac, mintText, seal } from "./jwt.mjs";
import { goodExchange } from "./token_request.mjs";

const { iss: ISS, secret: SECRET } = TRUSTED.main;
const refused = { status: 400, error: "invalid_request", says: /^The subject_token is not accepted: / };

const HEADER = '{"alg":"HS256"}';

const payload = (sts) => JSON.stringify(goodClaims(sts));

const saying = (sentence) => ({ ...refused, says: new RegExp(`^The subject_token is not accepted: .*${sentence}`) });

// A row whose token is made by `make(sts)`.
function row(id, title, make, { unscoped = false, ...more } = refused) {
  const change = async (request, sts) => {
    request.set("subject_token", await make(sts));
    if (unscoped) request.set("scope", undefined);
  };
  return { id, title, change, ...more };
}

const good = (id, title, make, check) => row(id, title, make, { check });

// The good token with its parts changed; `sign` or not after that.
const parts = (change) => async (sts) => change(...(await subjectToken(sts)).split("."));
const withHeader = (header, alg) => (sts) =>
  mintText(typeof header === "string" ? header : JSON.stringify(header), payload(sts), SECRET, alg);
const withPayload = (text) => (sts) => mintText(HEADER, typeof text === "function" ? text(sts) : text, SECRET);
const withClaims = (claims) => (sts) => subjectToken(sts, typeof claims === "function" ? claims(sts) : claims);
// A claim as JSON text, for what JSON.stringify cannot write.
const withMember = (member) => withPayload((sts) => payload(sts).replace("{", `{${member},`));

// Letters that differ only in bits that no byte uses.
function nonCanonical(part) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  if (part.length % 4 === 0) return undefined;
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1)) ^ 1];
}

// JSON text of such a length that its base64url ends in unused bits.
function unaligned(text) {
  return text.length % 3 === 0 ? `${text} ` : text;
}

function aligned(text) {
  return text.padEnd(Math.ceil(text.length / 3) * 3, " ");
}

const structure = [
  row(
    "V01",
    "one part",
    parts((header) => header),
  ),
  row(
    "V01",
    "two parts",
    parts((header, body) => `${header}.${body}`),
  ),
  row(
    "V01",
    "two parts and a dot: no signature",
    parts((header, body) => `${header}.${body}.`),
  ),
  row(
    "V01",
    "four parts",
    parts((...all) => [...all, ""].join(".")),
  ),
  row(
    "V01",
    "four parts, the last one text",
    parts((...all) => [...all, "AAAA"].join(".")),
  ),
  row(
    "V01",
    "five parts, as a JWE has",
    parts((header, body, signature) => [header, "", body, signature, "AAAA"].join(".")),
  ),
  row("V01", "only dots", () => ".."),
  row(
    "V01",
    "a dot first",
    parts((...all) => `.${all.join(".")}`),
  ),
  row(
    "V01",
    "no header",
    parts((_, body, signature) => `.${body}.${signature}`),
  ),
  row(
    "V01",
    "no payload",
    parts((header, _, signature) => `${header}..${signature}`),
  ),
  row("V01", "an empty payload, signed", () => seal(`${base64url(HEADER)}.`, SECRET)),
  row(
    "V01",
    "JSON serialization",
    parts((header, body, signature) => JSON.stringify({ protected: header, payload: body, signature })),
  ),
  row("V01", "text", () => "not a token"),
  // token files end with a line end; white space that is not ASCII's is not cut off
  ...[" ", "\t", "\n", "\r\n", "\f", " \t\r\n "].flatMap((space) => [
    good(
      "V02",
      `${JSON.stringify(space)} before`,
      parts((...all) => space + all.join(".")),
    ),
    good(
      "V02",
      `${JSON.stringify(space)} behind`,
      parts((...all) => all.join(".") + space),
    ),
  ]),
  ...["\u000b", "\u0085", "\u00a0", "\u200b", "\u2028", "\ufeff"]
    .flatMap((space) => [
      row(
        "V02",
        `${JSON.stringify(space)} before`,
        parts((...all) => space + all.join(".")),
      ),
      row(
        "V02",
        `${JSON.stringify(space)} behind`,
        parts((...all) => all.join(".") + space),
      ),
    ])
    .map((made) => ({ ...made, says: undefined })),
  ...[" ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "\ufeff"]
    .flatMap((space) => [
      row(
        "V02",
        `${JSON.stringify(space)} beside a dot`,
        parts((header, body, signature) => `${header}.${body}${space}.${signature}`),
      ),
      row("V02", `${JSON.stringify(space)} inside, signed so`, (sts) =>
        seal(`${base64url(HEADER)}.${base64url(payload(sts)).replace(/^.{9}/, `$&${space}`)}`, SECRET),
      ),
      row(
        "V02",
        `${JSON.stringify(space)} inside`,
        parts((header, body, signature) => `${header}.${body.slice(0, 9)}${space}${body.slice(9)}.${signature}`),
      ),
    ])
    .map((made) => ({ ...made, says: undefined })),
  row(
    "V03",
    "padding at the signature",
    parts((header, body, signature) => `${header}.${body}.${signature}=`),
  ),
  row("V03", "a padded payload, signed so", (sts) =>
    seal(`${base64url(HEADER)}.${base64(unaligned(payload(sts)))}`, SECRET),
  ),
  row("V03", "a padded header, signed so", (sts) =>
    seal(`${base64(unaligned(HEADER))}.${base64url(payload(sts))}`, SECRET),
  ),
  row("V03", "base64 instead of base64url, signed so", (sts) => {
    // bytes 0xfb 0xff give + and / in base64, - and _ in base64url
    const text = JSON.stringify({ ...goodClaims(sts), x: "\u00fb\u00ff\u00fe>>>???" });
    return seal(
      `${base64url(HEADER)}.${base64(text).replaceAll("=", "")}`.replaceAll("-", "+").replaceAll("_", "/"),
      SECRET,
    );
  }),
  row("V03", "unused bits in the payload, signed so", (sts) =>
    seal(`${base64url(HEADER)}.${nonCanonical(base64url(unaligned(payload(sts))))}`, SECRET),
  ),
  row("V03", "unused bits in the header, signed so", (sts) =>
    seal(`${nonCanonical(base64url(unaligned(`${HEADER} `)))}.${base64url(payload(sts))}`, SECRET),
  ),
  row(
    "V03",
    "unused bits in the signature",
    parts((header, body, signature) => `${header}.${body}.${nonCanonical(signature)}`),
  ),
  row("V03", "a length that no base64url has, signed so", (sts) =>
    seal(`${base64url(HEADER)}.${base64url(aligned(payload(sts)))}A`, SECRET),
  ),
  row(
    "V04",
    "signature cut",
    parts((header, body, signature) => `${header}.${body}.${signature.slice(0, -4)}`),
  ),
  row(
    "V04",
    "half of the signature",
    parts((header, body, signature) => `${header}.${body}.${signature.slice(0, 21)}A`),
  ),
  row(
    "V04",
    "signature lengthened",
    parts((header, body, signature) => `${header}.${body}.${signature.slice(0, -1)}AAAA`),
  ),
  row(
    "V04",
    "signature of zeros",
    parts((header, body) => `${header}.${body}.${base64url(new Uint8Array(32))}`),
  ),
  row(
    "V04",
    "signature of the header alone",
    async (sts) =>
      `${base64url(HEADER)}.${base64url(payload(sts))}.${base64url(await hmac(base64url(HEADER), SECRET))}`,
  ),
  row("V04", "signature of another token", async (sts) => {
    const [header, body] = (await subjectToken(sts)).split(".");
    const [, , signature] = (await subjectToken(sts, { sub: "bob" })).split(".");
    return `${header}.${body}.${signature}`;
  }),
  row("V04", "another key", (sts) => mintText(HEADER, payload(sts), `${SECRET}x`)),
  row("V04", "the key of another issuer", (sts) => mintText(HEADER, payload(sts), TRUSTED.audience.secret)),
  row("V04", "the client's secret as the key", (sts) => mintText(HEADER, payload(sts), "p@ss:w+rd %1".padEnd(32))),
  row("V05", "longer than 16 KiB", withClaims({ x: "y".repeat(16 * 1024) })),
  good("V05", "of 15 KiB", withClaims({ x: "y".repeat(11 * 1024) })),
];

const NOT_OBJECTS = ["[]", "null", "true", "1", '"x"', "", " ", "{", "}", "{}{}", "{},", "[{}]"];

const json = [
  ...NOT_OBJECTS.flatMap((text) => [
    row("V10", `header ${JSON.stringify(text)}`, withHeader(text, "HS256")),
    row("V10", `payload ${JSON.stringify(text)}`, withPayload(text)),
  ]),
  row("V11", "alg twice", withHeader('{"alg":"HS256","alg":"HS256"}', "HS256"), saying("has a member twice")),
  row("V11", "alg twice, none last", withHeader('{"alg":"HS256","alg":"none"}', "HS256")),
  row("V11", "alg twice, by an escape", withHeader('{"alg":"none","\\u0061lg":"HS256"}', "HS256")),
  row("V11", "sub twice", withMember('"sub":"alice"'), saying("has a member twice")),
  row("V11", "sub twice, by an escape", withMember('"s\\u0075b":"bob"')),
  row("V11", "exp twice", withMember('"exp":9999999999')),
  row("V11", "a nested member twice", withMember('"x":{"a":1,"a":2}')),
  row("V11", "a nested member twice, by an escape", withMember('"x":[{"a":1,"\\u0061":2}]')),
  row("V12", "BOM before the header", withHeader(`\ufeff${HEADER}`, "HS256")),
  row(
    "V12",
    "BOM before the payload",
    withPayload((sts) => `\ufeff${payload(sts)}`),
  ),
  ...[
    ["bad UTF-8", [0xff]],
    ["a surrogate in UTF-8", [0xed, 0xa0, 0x80]],
    ["overlong UTF-8", [0xc0, 0xaf]],
    ["cut UTF-8", [0xe2, 0x82]],
  ].map(([title, bytes]) =>
    row("V12", title, async (sts) => {
      const [begin, end] = payload(sts).replace("{", '{"x":"|",').split("|");
      return mintText(HEADER, new Uint8Array([...bytesOf(begin), ...bytes, ...bytesOf(end)]), SECRET);
    }),
  ),
  ...['"\\ud800"', '"\\udc00"', '"\\ud800\\u0041"', '"\\udc00\\ud800"'].map((text) =>
    row("V12", `a lone surrogate ${text}`, withMember(`"x":${text}`), saying("half of a surrogate pair")),
  ),
  row("V12", "a lone surrogate in a name", withMember('"\\ud800":1')),
  good("V12", "a pair of surrogates", withMember('"x":"\\ud83d\\ude00"')),
  ...[
    "'x'",
    "undefined",
    "NaN",
    "Infinity",
    "-Infinity",
    "01",
    "+1",
    ".5",
    "1.",
    "1e",
    "0x10",
    "--1",
    "tru",
    "True",
    '"a\u0001b"',
    '"a\nb"',
    '"\\x41"',
    '"\\u12"',
    '"unfinished',
    "[1,]",
    "[,1]",
    "[1 2]",
    '{"a" 1}',
    '{"a":1,}',
    "{a:1}",
    "{1:1}",
    "/**/1",
    "1//",
  ].map((text) => row("V13", `JSON that is none: ${JSON.stringify(text)}`, withMember(`"x":${text}`))),
  row(
    "V13",
    "a comma at the end",
    withPayload((sts) => payload(sts).replace("}", ",}")),
  ),
  row(
    "V13",
    "text behind the payload",
    withPayload((sts) => `${payload(sts)}x`),
  ),
  row(
    "V13",
    "a NUL behind the payload",
    withPayload((sts) => `${payload(sts)}\0`),
  ),
  good(
    "V13",
    "white space around everything",
    withPayload(
      (sts) =>
        ` \t\r\n${payload(sts)
          .replaceAll(/[:,{}]/g, " $& ")
          .replaceAll(/https : /g, "https:")}\n`,
    ),
  ),
  good(
    "V13",
    "escapes in names and values",
    withPayload((sts) => payload(sts).replace('"sub":"alice"', '"\\u0073ub":"\\u0061lice"')),
  ),
  ...["01", "1.", "NaN", "-Infinity"].map((text) =>
    row("V13", `a number that is none: ${text}`, withMember(`"x":${text}`), saying("a number that is not written")),
  ),
  row("V14", "33 deep", withMember(`"x":${"[".repeat(33)}${"]".repeat(33)}`), saying("nested deeper than 32")),
  row("V14", "33 objects deep", withMember(`"x":${'{"a":'.repeat(33)}1${"}".repeat(33)}`)),
  row("V14", "2,000 deep", withMember(`"x":${"[".repeat(2000)}${"]".repeat(2000)}`)),
  row("V14", "2,000 deep and not closed", withMember(`"x":${"[".repeat(2000)}`)),
  row(
    "V14",
    "2,000 deep in the header",
    withHeader(`{"alg":"HS256","x":${"[".repeat(2000)}${"]".repeat(2000)}}`, "HS256"),
  ),
  good("V14", "20 deep", withMember(`"x":${"[".repeat(20)}${"]".repeat(20)}`)),
  row(
    "V14",
    "300 members",
    withClaims(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`m${n}`, n]))),
    saying("more than 256 members"),
  ),
  row(
    "V14",
    "300 nested members",
    withClaims({ x: Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`m${n}`, n])) }),
  ),
  good("V14", "200 members", withClaims(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`m${n}`, n])))),
  good(
    "V15",
    "names of prototypes",
    withMember('"__proto__":{"sub":"bob"},"constructor":1,"toString":null'),
    ({ claims }) => equal(claims.sub, "alice", "sub"),
  ),
];

const header = [
  good("V20", "HS384", withHeader({ alg: "HS384" }, "HS384")),
  good("V20", "HS512", withHeader({ alg: "HS512" }, "HS512")),
  ...["none", "None", "NONE", "nOnE", "", " none", "none "].flatMap((alg) => [
    row(
      "V21",
      `alg ${JSON.stringify(alg)}, no signature`,
      (sts) => `${base64url(JSON.stringify({ alg }))}.${base64url(payload(sts))}.`,
    ),
    row("V21", `alg ${JSON.stringify(alg)}, a good signature`, withHeader({ alg }, "HS256")),
  ]),
  ...[
    "hs256",
    "HS-256",
    "HS256 ",
    "HS1",
    "HS224",
    "SHA256",
    "HMAC",
    "RS256",
    "ES256",
    "EdDSA",
    "PS256",
    "A256KW",
    "dir",
  ].map((alg) => row("V22", `alg ${alg}`, withHeader({ alg }, "HS256"))),
  row("V22", "alg says HS512, the signature is HS256", withHeader({ alg: "HS512" }, "HS256")),
  row("V22", "alg says HS256, the signature is HS512", withHeader({ alg: "HS256" }, "HS512")),
  row("V22", "no alg", withHeader({ typ: "JWT" }, "HS256")),
  ...[1, null, true, ["HS256"], { HS256: 1 }].map((alg) =>
    row("V22", `alg ${JSON.stringify(alg)}`, withHeader({ alg }, "HS256")),
  ),
  ...["JWT", "jwt", "application/jwt", "JOSE", "jose", "at+jwt", "AT+JWT"].map((typ) =>
    good("V23", `typ ${typ}`, withHeader({ alg: "HS256", typ }, "HS256")),
  ),
  ...[
    "dpop+jwt",
    "DPoP+JWT",
    "application/dpop+jwt",
    "oauth-id-jag+jwt",
    "logout+jwt",
    "application/logout+jwt",
    "secevent+jwt",
    "token-introspection+jwt",
    "client-authentication+jwt",
    "oauth-authz-req+jwt",
    "kb+jwt",
  ].map((typ) => row("V23", `typ ${typ}`, withHeader({ alg: "HS256", typ }, "HS256"))),
  ...[1, null, true, ["JWT"], {}].map((typ) =>
    row("V23", `typ ${JSON.stringify(typ)}`, withHeader({ alg: "HS256", typ }, "HS256")),
  ),
  ...[
    { crit: ["exp"], exp: 1 },
    { crit: [] },
    { crit: ["alg"] },
    { crit: "exp" },
    { crit: null },
    { crit: ["b64"], b64: false },
    { crit: ["b64"], b64: true },
    { b64: false },
    { zip: "DEF" },
  ].map((more) => row("V24", JSON.stringify(more), withHeader({ alg: "HS256", ...more }, "HS256"))),
  row("V24", "b64 false, the payload as it is", (sts) =>
    seal(`${base64url('{"alg":"HS256","b64":false,"crit":["b64"]}')}.${payload(sts)}`, SECRET),
  ),
  ...[
    ["jwk", { kty: "oct", k: base64url("attacker key that is as long as needed") }],
    ["jku", "https://evil.example/jwks"],
    ["x5u", "https://evil.example/cert"],
    ["x5c", ["MIIB"]],
  ].map(([name, value]) =>
    row("V25", `${name} with the attacker's key`, (sts) =>
      mintText(JSON.stringify({ alg: "HS256", [name]: value }), payload(sts), "attacker key that is as long as needed"),
    ),
  ),
  ...[1, null, ["x"], {}, "x".repeat(257)].map((kid) =>
    row("V26", `kid ${JSON.stringify(kid).slice(0, 20)}`, withHeader({ alg: "HS256", kid }, "HS256")),
  ),
  ...["../../../dev/null", "' OR 1=1 --", "https://evil.example/key", "__proto__", "fixture-1"].map((kid) =>
    row("V26", `kid ${kid}, signed with an empty or known text`, (sts) =>
      mintText(JSON.stringify({ alg: "HS256", kid }), payload(sts), kid.padEnd(32, "\0")),
    ),
  ),
];

const wrongTypes = ["text", "", true, false, null, [], {}, ["x"]];
const notDates = [...wrongTypes, "1800000000", -1, -1e9];

const claims = [
  ...["iss", "sub", "exp"].map((name) => row("V30", `no ${name}`, withClaims({ [name]: undefined }))),
  ...["exp", "nbf", "iat"]
    .flatMap((name) =>
      notDates.map((value) => row("V31", `${name} ${JSON.stringify(value)}`, withClaims({ [name]: value }))),
    )
    // nbf and iat of the past are no fault, and null means that they are absent
    .filter(({ title }) => !/^(nbf|iat) (-|null)/.test(title)),
  ...["nbf", "iat"].flatMap((name) =>
    ["null", "-1", "-1e9", "0", "1e3", "1.5E+3", "15e-1", "0e99999999999999999999"].map((text) =>
      good("V31", `${name} ${text}`, withMember(`"${name}":${text}`)),
    ),
  ),
  ...[
    ["E9", (seconds) => decimal(seconds, 9)],
    ["e+9", (seconds) => decimal(seconds, 9)],
    ["e12", (seconds) => decimal(seconds, 12)],
    ["e-2", (seconds) => decimal(seconds, -2)],
    ["e0", (seconds) => `${seconds}.75`],
    ["", (seconds) => `${seconds}.75`],
  ].map(([exponent, mantissa]) =>
    good(
      "V31",
      `exp with the exponent ${JSON.stringify(exponent)}`,
      withPayload((sts) => {
        const exp = mantissa(String(sts.now() + 300)) + exponent;
        return JSON.stringify({ ...goodClaims(sts), exp: "|" }).replace('"|"', exp);
      }),
    ),
  ),
  ...["exp", "nbf", "iat"].flatMap((name) =>
    ["1e400", "1e30", "99999999999999999999999999", "9007199254740993000"].map((text) =>
      row(
        "V31",
        `${name} ${text}`,
        withPayload((sts) => JSON.stringify({ ...goodClaims(sts), [name]: "|" }).replace('"|"', text)),
      ),
    ),
  ),
  row(
    "V32",
    "exp past the leeway",
    withClaims((sts) => ({ exp: sts.now() - 62 })),
    { ...refused, says: /expired/ },
  ),
  row("V32", "exp 0", withClaims({ exp: 0 }), { ...refused, says: /expired/ }),
  row(
    "V32",
    "nbf beyond the leeway",
    withClaims((sts) => ({ nbf: sts.now() + 90 })),
    { ...refused, says: /not yet valid/ },
  ),
  row(
    "V32",
    "iat beyond the leeway",
    withClaims((sts) => ({ iat: sts.now() + 90 })),
    { ...refused, says: /not yet valid/ },
  ),
  good(
    "V32",
    "nbf and iat within the leeway",
    withClaims((sts) => ({ nbf: sts.now() + 30, iat: sts.now() + 30 })),
  ),
  good(
    "V32",
    "nbf and iat of the past",
    withClaims((sts) => ({ nbf: sts.now() - 30, iat: sts.now() - 30 })),
  ),
  ...[
    1,
    null,
    true,
    [ISS],
    {},
    "",
    `${ISS}/`,
    ISS.toUpperCase(),
    ` ${ISS}`,
    `${ISS} `,
    `${ISS}#`,
    `${ISS}\u0000`,
    "issuer.example",
    `https://${"x".repeat(400)}`,
    "../Client/c1",
    "__proto__",
  ].map((iss) => row("V33", `iss ${JSON.stringify(iss).slice(0, 40)}`, withClaims({ iss }))),
  ...[1, null, true, [], ["alice"], {}, "", "x".repeat(1025)].map((sub) =>
    row("V34", `sub ${JSON.stringify(sub).slice(0, 20)}`, withClaims({ sub })),
  ),
  ...[1, null, true, {}, [], [1], [null], [["https://sts.example"]], ["https://sts.example", 1], ""].map((aud) =>
    row("V35", `aud ${JSON.stringify(aud)}`, withClaims({ aud })),
  ),
  ...["alice\u0000", "alice\n", "\talice", "alice\u007f", "ali\u0085ce", "alice\u0000.evil"].flatMap((text) => [
    row("V34", `sub ${JSON.stringify(text)}`, withClaims({ sub: text })),
    row("V35", `aud ${JSON.stringify(text)} and this service`, withClaims({ aud: ["https://sts.example", text] })),
    row("V38", `act of ${JSON.stringify(text)}`, withClaims({ act: { sub: text } })),
  ]),
  ...["scope", "scp"].flatMap((name) => [
    ...[1, true, {}, [1], ["read", null], [["read"]]].map((value) =>
      row("V36", `${name} ${JSON.stringify(value)}`, withClaims({ [name]: value })),
    ),
    row("V36", `${name} with a quotation mark`, withClaims({ [name]: 'a"b' })),
    ...["read other", " read  other ", ["read", "other"], ["read other"], ["other", "read"]].map((value) =>
      row("V36", `${name} ${JSON.stringify(value)}`, withClaims({ [name]: value }), {
        unscoped: true,
        check: ({ answer, claims }) => same([answer.scope, claims.scope], ["read", "read"], "scope"),
      }),
    ),
    ...[null, "", [], "other"].map((value) =>
      row("V36", `${name} ${JSON.stringify(value)}`, withClaims({ [name]: value }), {
        unscoped: true,
        check: ({ answer }) => ok(!("scope" in answer), "a scope that nobody gave"),
      }),
    ),
  ]),
  row("V36", "scp where there is a scope", withClaims({ scope: "other", scp: ["read"] }), {
    unscoped: true,
    check: ({ answer }) => ok(!("scope" in answer), "a scope that nobody gave"),
  }),
  good("V36", "jti null", withClaims({ jti: null })),
  ...[1, true, ["x"], {}].map((jti) => row("V36", `jti ${JSON.stringify(jti)}`, withClaims({ jti }))),
  ...[1, null, true, ["alice"], {}, ""].map((box_user) =>
    row("V36", `box_user ${JSON.stringify(box_user)}`, withClaims({ box_user })),
  ),
  ...[{ jkt: "x" }, { "x5t#S256": "x" }, { jwk: {} }, {}, "x", null, 1].map((cnf) =>
    row("V37", `cnf ${JSON.stringify(cnf)}`, withClaims({ cnf })),
  ),
  ...[
    "x",
    1,
    null,
    [],
    ["x"],
    {},
    { iss: "x" },
    { sub: 1 },
    { sub: "" },
    { sub: "x", act: "y" },
    { sub: "x", act: {} },
    { sub: "x", iss: 1 },
  ].map((act) => row("V38", `act ${JSON.stringify(act)}`, withClaims({ act }))),
  row("V38", "act 9 deep", withClaims({ act: nested(9) })),
  good("V38", "act 8 deep is kept as it is", withClaims({ act: nested(8) }), ({ claims: issued }) =>
    same(issued.act, nested(8), "act"),
  ),
  good(
    "V38",
    "of an act only iss and sub are kept",
    withClaims({ act: { sub: "x", iss: ISS, exp: 1, email: "e" } }),
    ({ claims: issued }) => same(issued.act, { sub: "x", iss: ISS }, "act"),
  ),
  ...[
    "x",
    1,
    null,
    [],
    {},
    { sub: 1 },
    { sub: "" },
    { sub: "somebody" },
    { sub: "c1" },
    { sub: "c1", client_id: "c1" },
    { iss: ISS, sub: "c1" },
    { iss: "https://sts.example", sub: "c2" },
    { client_id: "c2" },
    { iss: "https://sts.example" },
    { sub: "c1", email: "e@x.example" },
    { iss: "https://x.example", sub: "c1" },
  ].map((may_act) =>
    row("V39", `may_act ${JSON.stringify(may_act)}, and no actor`, withClaims({ may_act }), {
      status: 400,
      error: "invalid_request",
    }),
  ),
];

// A number as text, of its digits and how many of them stand behind the point.
function decimal(digits, places) {
  if (places <= 0) return digits + "0".repeat(-places);
  const padded = digits.padStart(places + 1, "0");
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

// The outermost is the issuer's own.
function nested(depth, outermost = depth) {
  const actor = { sub: `actor-${depth}`, iss: depth === outermost ? ISS : "https://actors.example" };
  return depth === 1 ? actor : { ...actor, act: nested(depth - 1, outermost) };
}

// Every one of many tokens is refused, and the good request is served after each.
function sweep(name, tokensOf) {
  return {
    name,
    async run(sts) {
      const token = await subjectToken(sts);
      const tokens = [...tokensOf(token)];
      ok(tokens.length >= 100, "many tokens");
      for (const bad of tokens) {
        const response = await (await goodExchange(sts)).set("subject_token", bad).send(sts);
        try {
          await refusedBy(response, { status: 400, error: "invalid_request" }, [bad]);
        } catch (error) {
          error.message = `${error.message} (token ${JSON.stringify(bad)})`;
          throw error;
        }
        await servesGood(sts);
      }
      await issuedBy(await (await goodExchange(sts)).set("subject_token", token).send(sts));
    },
  };
}

export default [
  ...exchangeCases([...structure, ...json, ...header, ...claims]),
  sweep("V40 every prefix of a good token", function* (token) {
    for (let length = 0; length < token.length; length++) yield token.slice(0, length);
  }),
  sweep("V41 every byte of a good token, one bit of it changed", function* (token) {
    for (let at = 0; at < token.length; at++) {
      yield token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << (at % 7))) + token.slice(at + 1);
    }
  }),
  sweep("V42 every byte of a good token left out", function* (token) {
    for (let at = 0; at < token.length; at++) yield token.slice(0, at) + token.slice(at + 1);
  }),
];
