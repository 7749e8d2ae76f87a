// A compact JWS taken apart, to be looked at. Nothing is verified here: that is the service's work.

/**
 * @typedef {{ header: Record<string, unknown>, claims: Record<string, unknown> }} Decoded
 */

/**
 * The header and the claims of a JWT; undefined for anything else, such as an opaque token.
 * @param {string} token
 * @returns {Decoded | undefined}
 */
export function decode(token) {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  try {
    return { header: objectIn(parts[0]), claims: objectIn(parts[1]) };
  } catch {
    return undefined;
  }
}

/**
 * @param {string | undefined} part
 * @returns {Record<string, unknown>}
 */
function objectIn(part = "") {
  const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(part)));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("not an object");
  return value;
}

/**
 * @param {string} base64url
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytesOf(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * @param {ArrayBuffer | Uint8Array} bytes
 * @returns {string} base64url
 */
export function base64url(bytes) {
  let binary = "";
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {unknown} value
 * @returns {string} base64url of its JSON
 */
export function base64urlJson(value) {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}
