// The same request in other words, to copy.
import { ISSUER } from "./service.js";

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
  const lines = parameters.map(([name, value]) => ` \\\n  --data-urlencode ${shell(`${name}=${value}`)}`);
  const header = proof === undefined ? "" : ` \\\n  --header ${shell(`DPoP: ${proof}`)}`;
  return `${note("#", proof)}curl ${ISSUER}${path} \\\n  --user ${shell(`${id}:${secret}`)}${header}${lines.join("")}`;
}

/** @param {TokenRequest} request */
function javascript({ path, id, secret, proof, parameters }) {
  const lines = parameters.map(([name, value]) => `    [${text(name)}, ${text(value)}],\n`);
  const header = proof === undefined ? "" : `, DPoP: ${text(proof)}`;
  return `${note("//", proof)}const client = [${text(id)}, ${text(secret)}].map(encodeURIComponent).join(":");
const response = await fetch("${ISSUER}${path}", {
  method: "POST",
  headers: { Authorization: "Basic " + btoa(client)${header} },
  body: new URLSearchParams([
${lines.join("")}  ]),
});
console.log(await response.json());`;
}

/** @param {TokenRequest} request */
function python({ path, id, secret, proof, parameters }) {
  const lines = parameters.map(([name, value]) => `    (${text(name)}, ${text(value)}),\n`);
  const header = proof === undefined ? "" : `request.add_header("DPoP", ${text(proof)})\n`;
  return `${note("#", proof)}import base64, json, urllib.parse, urllib.request

client = ":".join(map(urllib.parse.quote_plus, [${text(id)}, ${text(secret)}]))
form = urllib.parse.urlencode([
${lines.join("")}])
request = urllib.request.Request("${ISSUER}${path}", form.encode())
request.add_header("Authorization", "Basic " + base64.b64encode(client.encode()).decode())
${header}print(json.load(urllib.request.urlopen(request)))`;
}

/** @param {TokenRequest} request */
function rust({ path, id, secret, proof, parameters }) {
  const lines = parameters.map(([name, value]) => `            (${rustText(name)}, ${rustText(value)}),\n`);
  const header = proof === undefined ? "" : `        .header("DPoP", ${rustText(proof)})\n`;
  return `${note("//", proof)}// cargo add reqwest --features blocking,form
fn main() -> Result<(), reqwest::Error> {
    let response = reqwest::blocking::Client::new()
        .post("${ISSUER}${path}")
        .basic_auth(${rustText(id)}, Some(${rustText(secret)}))
${header}        .form(&[
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
