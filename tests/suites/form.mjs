// cases.md B: the form. It is decoded as the URL standard says, but what is not one clear reading is refused.
import { exchangeCases } from "./answers.mjs";
import { equal, same } from "./assert.mjs";
import { EXCHANGE } from "./fixture.mjs";
import { bytesOf } from "./jwt.mjs";
import { FORM } from "./token_request.mjs";

const malformed = { status: 400, error: "invalid_request" };
const repeated = { ...malformed, says: /more than once/ };
const undecodable = { ...malformed, says: /decoded|body/ };

function withBom(request) {
  const form = bytesOf(request.form());
  const bytes = new Uint8Array(form.length + 3);
  bytes.set([0xef, 0xbb, 0xbf]);
  bytes.set(form, 3);
  return request.raw(bytes);
}

export default exchangeCases([
  {
    id: "B01",
    title: "grant_type twice, same value",
    change: (request) => request.add("grant_type", EXCHANGE),
    ...repeated,
  },
  {
    id: "B02",
    title: "grant_type twice, other value",
    change: (request) => request.add("grant_type", "refresh_token"),
    ...repeated,
  },
  ...["subject_token", "subject_token_type", "scope", "client_id", "requested_token_type"].map((name) => ({
    id: "B03",
    title: `${name} twice`,
    change: (request) => request.set(name, "value").add(name, "value"),
    ...repeated,
  })),
  {
    id: "B04",
    title: "a repeat hidden by encoding",
    change: (request) => request.append("&%73cope=read"),
    ...repeated,
  },
  {
    id: "B05",
    title: "two audiences",
    change: (request) => request.add("audience", "orders").add("audience", "https://api.example/"),
    check: ({ claims }) => same(claims.aud, ["orders", "https://api.example/"], "aud"),
  },
  {
    id: "B06",
    title: "audience and resource",
    change: (request) => request.add("audience", "orders").add("resource", "https://api.example/"),
    check: ({ claims }) => same([...claims.aud].sort(), ["https://api.example/", "orders"], "aud"),
  },
  {
    id: "B07",
    title: "the same audience twice",
    change: (request) => request.add("audience", "orders").add("audience", "orders"),
    check: ({ claims }) => equal(claims.aud, "orders", "aud"),
  },
  {
    id: "B07",
    title: "the same target as audience and as resource",
    change: (request) => request.add("audience", "https://api.example/").add("resource", "https://api.example/"),
    check: ({ claims }) => equal(claims.aud, "https://api.example/", "aud"),
  },
  // The instance's good request asks for "read", so that "as if absent" shows: a subject token without scope grants none.
  {
    id: "B08",
    title: "empty scope is as if absent",
    change: (request) => request.set("scope", ""),
    check: ({ answer }) => equal(answer.scope, undefined, "scope"),
  },
  {
    id: "B10",
    title: "an empty audience beside a good one",
    change: (request) => request.add("audience", "").add("audience", "https://api.example/"),
    check: ({ claims }) => equal(claims.aud, "https://api.example/", "aud"),
  },
  {
    id: "B10",
    title: "an empty audience alone",
    change: (request) => request.add("audience", ""),
    check: ({ claims }) => equal(claims.aud, "orders", "aud"),
  },
  {
    id: "B11",
    title: "empty actor_token_type without actor_token",
    change: (request) => request.add("actor_token_type", ""),
  },
  {
    id: "B11",
    title: "empty actor_token and actor_token_type",
    change: (request) => request.add("actor_token", "").add("actor_token_type", ""),
  },
  {
    id: "B12",
    title: "empty subject_token",
    change: (request) => request.set("subject_token", ""),
    ...malformed,
    says: /subject_token is missing/,
  },
  {
    id: "B12",
    title: "empty grant_type",
    change: (request) => request.set("grant_type", ""),
    ...malformed,
    says: /grant_type is missing/,
  },
  {
    id: "B13",
    title: "an encoded name",
    change: (request) => request.raw(request.form().replace("grant_type", "grant%5Ftype")),
  },
  {
    id: "B14",
    title: "GRANT_TYPE",
    change: (request) => request.raw(request.form().replace("grant_type", "GRANT_TYPE")),
    ...malformed,
    says: /grant_type is missing/,
  },
  ...[
    ["%ff", "%ff"],
    ["a surrogate", "%ed%a0%80"],
    ["overlong", "%c0%af"],
    ["cut off", "%e2%82"],
    ["beyond Unicode", "%f4%90%80%80"],
  ].flatMap(([title, text]) => [
    {
      id: "B16",
      title: `${title} in a value`,
      change: (request) => request.append(`&audience=${text}`),
      ...undecodable,
    },
    {
      id: "B16",
      title: `${title} in an unknown parameter`,
      change: (request) => request.append(`&x=${text}`),
      ...undecodable,
    },
    { id: "B16", title: `${title} in a name`, change: (request) => request.append(`&${text}=x`), ...undecodable },
  ]),
  {
    id: "B16",
    title: "a raw byte that is not UTF-8",
    change: (request) => request.append(new Uint8Array([0x26, 0x78, 0x3d, 0xff])),
    ...undecodable,
  },
  ...[
    "grant_type",
    "subject_token",
    "subject_token_type",
    "scope",
    "audience",
    "resource",
    "requested_token_type",
    "client_id",
  ].map((name) => ({
    id: "B17",
    title: `%00 inside ${name}`,
    change: (request) => request.raw(`${request.set(name, undefined).form()}&${name}=a%00b`),
    ...malformed,
  })),
  {
    id: "B18",
    title: "+ and %20 are both a space",
    change: (request) => request.raw(`${request.set("scope", undefined).form()}&scope=read+write`),
    check: readWrite,
  },
  {
    id: "B18",
    title: "%20",
    change: (request) => request.raw(`${request.set("scope", undefined).form()}&scope=read%20write`),
    check: readWrite,
  },
  {
    id: "B19",
    title: "; as separator",
    change: (request) => request.raw(request.form().replaceAll("&", ";")),
    ...malformed,
  },
  {
    id: "B20",
    title: "JSON under the form's type",
    change: (request) => request.json().header("content-type", FORM),
    ...malformed,
  },
  {
    id: "B21",
    title: "a broken percent sign in scope",
    change: (request) => request.append("").raw(request.set("scope", undefined).form() + "&scope=re%zzad"),
    status: 400,
    error: ["invalid_request", "invalid_scope"],
  },
  { id: "B22", title: "raw UTF-8 in an unknown parameter", change: (request) => request.append("&x=é") },
  {
    id: "B22",
    title: "raw UTF-8 in an audience",
    change: (request) => request.append("&audience=é"),
    status: 400,
    error: "invalid_target",
  },
  { id: "B23", title: "a BOM at the start", change: withBom, ...malformed },
  { id: "B24", title: "empty pairs", change: (request) => request.raw(`&&${request.form()}&&=&`) },
  {
    id: "B25",
    title: "a name without =",
    change: (request) => request.raw(`${request.set("scope", undefined).form()}&scope`),
    check: ({ answer }) => equal(answer.scope, undefined, "scope"),
  },
]);

function readWrite({ answer }) {
  equal(answer.scope, "read write", "scope");
}
