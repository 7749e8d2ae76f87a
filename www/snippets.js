// The same request in other words, to copy.
import { ISSUER } from "./service.js";
import { formOf } from "./token_request.js";

/** @import { TokenRequest } from "./token_request.js" */

const PROOF = "The proof (DPoP) is good for 5 minutes. A program makes a new one for each request, with its key.";

/** @type {readonly { id: string, title: string, of: (request: TokenRequest) => string }[]} */
export const SNIPPETS = [
  { id: "curl", title: "curl", of: curl },
  { id: "fetch", title: "fetch", of: javascript },
  { id: "python", title: "Python", of: python },
  { id: "rust", title: "Rust", of: rust },
];

/** @param {TokenRequest} request */
function curl({ path, id, secret, proof, parameters }) {
  const lines = formOf({ id, secret, parameters }).map(
    ([name, value]) => ` \\\n  --data-urlencode ${shell(`${name}=${value}`)}`,
  );
  const header = proof === undefined ? "" : ` \\\n  --header ${shell(`DPoP: ${proof}`)}`;
  const user = secret === undefined ? "" : ` \\\n  --user ${shell(`${id}:${secret}`)}`;
  return `${note("#", proof)}curl ${ISSUER}${path}${user}${header}${lines.join("")}`;
}

/** @param {TokenRequest} request */
function javascript({ path, id, secret, proof, parameters }) {
  const lines = formOf({ id, secret, parameters }).map(([name, value]) => `    [${text(name)}, ${text(value)}],\n`);
  const headers = [
    ...(secret === undefined ? [] : ['Authorization: "Basic " + btoa(client)']),
    ...(proof === undefined ? [] : [`DPoP: ${text(proof)}`]),
  ];
  const client =
    secret === undefined ? "" : `const client = [${text(id)}, ${text(secret)}].map(encodeURIComponent).join(":");\n`;
  return `${note("//", proof)}${client}const response = await fetch("${ISSUER}${path}", {
  method: "POST",
${headers.length === 0 ? "" : `  headers: { ${headers.join(", ")} },\n`}  body: new URLSearchParams([
${lines.join("")}  ]),
});
console.log(await response.json());`;
}

/** @param {TokenRequest} request */
function python({ path, id, secret, proof, parameters }) {
  const lines = formOf({ id, secret, parameters }).map(([name, value]) => `    (${text(name)}, ${text(value)}),\n`);
  const header = proof === undefined ? "" : `request.add_header("DPoP", ${text(proof)})\n`;
  const [modules, client, basic] =
    secret === undefined
      ? ["json", "", ""]
      : [
          "base64, json",
          `client = ":".join(map(urllib.parse.quote_plus, [${text(id)}, ${text(secret)}]))\n`,
          'request.add_header("Authorization", "Basic " + base64.b64encode(client.encode()).decode())\n',
        ];
  return `${note("#", proof)}import ${modules}, urllib.parse, urllib.request

${client}form = urllib.parse.urlencode([
${lines.join("")}])
request = urllib.request.Request("${ISSUER}${path}", form.encode())
${basic}${header}print(json.load(urllib.request.urlopen(request)))`;
}

/** @param {TokenRequest} request */
function rust({ path, id, secret, proof, parameters }) {
  const lines = formOf({ id, secret, parameters }).map(
    ([name, value]) => `            (${rustText(name)}, ${rustText(value)}),\n`,
  );
  const header = proof === undefined ? "" : `        .header("DPoP", ${rustText(proof)})\n`;
  const basic = secret === undefined ? "" : `        .basic_auth(${rustText(id)}, Some(${rustText(secret)}))\n`;
  return `${note("//", proof)}// cargo add reqwest --features blocking,form
fn main() -> Result<(), reqwest::Error> {
    let response = reqwest::blocking::Client::new()
        .post("${ISSUER}${path}")
${basic}${header}        .form(&[
${lines.join("")}        ])
        .send()?;
    println!("{}", response.text()?);
    Ok(())
}`;
}

/**
 * @param {string} sign  that begins a comment
 * @param {string | undefined} proof
 */
function note(sign, proof) {
  return proof === undefined ? "" : `${sign} ${PROOF}\n`;
}

/** @param {string} value */
function shell(value) {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** @param {string} value a string in JavaScript and in Python */
function text(value) {
  return JSON.stringify(value);
}

/** @param {string} value */
function rustText(value) {
  const special = { '"': '\\"', "\\": "\\\\" };
  const escaped = value.replaceAll(/["\\]/g, (found) => special[/** @type {'"' | "\\"} */ (found)]);
  return `"${escaped.replaceAll(/\p{Cc}/gu, (found) => `\\u{${found.charCodeAt(0).toString(16)}}`)}"`;
}
