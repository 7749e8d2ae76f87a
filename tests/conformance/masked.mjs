// What a report shows of requests and answers: nothing of a secret, and of tokens only what they claim.
import { decoded } from "./jwt.mjs";

const SECRET_PARAMETERS = [
  "client_secret",
  "client_assertion",
  "subject_token",
  "actor_token",
  "assertion",
  "token",
  "refresh_token",
  "access_token",
  "id_token",
];

const LONGEST = 4000;

/** The text of one request and its answer, for a report. `secrets`: texts that are never shown. */
export function transcript({ method, url, headers, body }, answer, secrets) {
  const lines = [`${method} ${url}`];
  for (const [name, value] of headers)
    lines.push(`${name}: ${/^(authorization|dpop)$/i.test(name) ? credential(value) : value}`);
  if (body !== "") lines.push("", maskedForm(body));
  const received = [`HTTP ${answer.status}`];
  for (const name of SHOWN) if (answer.headers[name] !== undefined) received.push(`${name}: ${answer.headers[name]}`);
  if (answer.text !== "") received.push("", maskedJson(answer.text));
  return { sent: hide(lines.join("\n"), secrets), received: hide(received.join("\n"), secrets) };
}

const SHOWN = ["content-type", "cache-control", "pragma", "www-authenticate", "dpop-nonce", "retry-after", "allow"];

function credential(value) {
  const [scheme] = value.split(" ");
  return value.includes(" ") ? `${scheme} ***` : token(value);
}

function maskedForm(body) {
  const parts = body.split("&").map((part) => {
    const [name, ...rest] = part.split("=");
    return SECRET_PARAMETERS.includes(unescaped(name)) ? `${name}=${token(unescaped(rest.join("=")))}` : part;
  });
  return parts.join("&\n");
}

function maskedJson(text) {
  try {
    const mask = (name, value) =>
      SECRET_PARAMETERS.includes(name) && typeof value === "string" ? token(value) : value;
    return JSON.stringify(JSON.parse(text), mask, 1);
  } catch {
    return text;
  }
}

// A JWT is of use to nobody without its signature.
function token(value) {
  const parts = decoded(value);
  if (parts === undefined) return value === "" ? "" : `*** (${value.length} characters)`;
  return `${JSON.stringify(parts.header)}.${JSON.stringify(parts.claims)}.***`;
}

/** Without anything that is one of the secrets, in whatever encoding a form or header has it. */
export function hide(text, secrets) {
  let hidden = text;
  for (const secret of secrets) {
    for (const form of new Set([
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ s: secret }).toString().slice(2),
    ])) {
      if (form.length >= 4) hidden = hidden.replaceAll(form, "***");
    }
  }
  hidden = hidden.replace(/([\w-]{8,}\.[\w-]{8,}\.)[\w-]+/g, "$1***");
  // XML and terminals have no use for control characters.
  hidden = hidden.replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g, "?");
  return hidden.length > LONGEST ? `${hidden.slice(0, LONGEST)} ... (${hidden.length} characters)` : hidden;
}

function unescaped(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Every secret that the target's file holds. */
export function secretsOf(value, name = "") {
  if (typeof value === "string")
    return ["client_secret", "secret", "k", "d", "p", "q", "dp", "dq", "qi", "tokens", "expired"].includes(name)
      ? [value]
      : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([member, one]) => secretsOf(one, Array.isArray(value) ? name : member));
}
