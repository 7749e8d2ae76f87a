/** Sends a request, without cookies and caches; a redirect is an answer like any other. */
export async function send({ url, form, authorization, user_agent, limit, timeout }) {
  // No coding is asked for: a server may compress for whoever asks for nothing (RFC 9110 section 12.5.3).
  const headers = new Headers({ accept: "application/json", "accept-encoding": "identity" });
  if (user_agent !== undefined) headers.set("user-agent", user_agent);
  if (form !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
  if (authorization !== undefined) headers.set("authorization", authorization);
  const signal = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      method: form === undefined ? "GET" : "POST",
      headers,
      redirect: "manual",
      signal,
      ...alone(),
      ...(form === undefined ? {} : { body: form }),
    });
    return await read(response, limit);
  } catch {
    // Whether it was the name, the connection or the certificate, `fetch` tells nobody.
    return { unanswered: signal.aborted ? "timeout" : "no_answer" };
  }
}
async function read(response, limit) {
  // A page is not told which redirect it was.
  const status = response.type === "opaqueredirect" ? 302 : response.status;
  if (status !== 200) {
    await response.body?.cancel();
    return { status };
  }
  const coding = response.headers.get("content-encoding")?.toLowerCase() ?? "identity";
  if (!DECODED.has(coding)) {
    await response.body?.cancel();
    return unread("content_encoding");
  }
  const limited = new LimitedText(limit);
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!limited.push(value)) {
      await reader.cancel();
      return unread("too_long");
    }
  }
  const text = limited.text();
  // It was not decoded after all.
  if (text === undefined && coding !== "identity") return unread("content_encoding");
  return incoming(text, response.headers.get("cache-control"));
}
// `fetch` decodes them, whether they were asked for or not.
const DECODED = new Set(["identity", "gzip", "x-gzip", "deflate", "br", "zstd"]);
/** A 200 with this body, if it is UTF-8. */
export function incoming(body, cacheControl) {
  if (body === undefined) return unread("not_utf8");
  return { status: 200, body, ...(cacheControl && { cache_control: cacheControl }) };
}
/** A 200 whose body cannot be read. */
export function unread(why) {
  return { status: 200, unread: why };
}
// Neither cookies nor what is remembered of an earlier answer. Some runtimes have neither and refuse to hear of it.
const MEMBERS = [{ cache: "no-store" }, { credentials: "omit" }];
let known;
function alone() {
  known ??= Object.assign({}, ...MEMBERS.filter(isSupported));
  return known;
}
function isSupported(init) {
  try {
    return new Request("https://issuer.example", init) instanceof Request;
  } catch {
    return false;
  }
}
/** The text of a body that comes in pieces, up to `limit` bytes. */
export class LimitedText {
  #limit;
  #chunks = [];
  #length = 0;
  constructor(limit) {
    this.#limit = limit;
  }
  /** Takes a piece; false when it is too much, so that the rest need not be read. */
  push(chunk) {
    this.#length += chunk.length;
    if (this.#length > this.#limit) return false;
    this.#chunks.push(chunk);
    return true;
  }
  /** Undefined if it was too long, or is not UTF-8. */
  text() {
    if (this.#length > this.#limit) return undefined;
    const decoder = new TextDecoder("utf-8", { fatal: true });
    try {
      return this.#chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
    } catch {
      return undefined;
    }
  }
}
