// The administrator's token, and requests that carry it. It stands in this variable and nowhere else: not in a storage of
// the browser, not in a URL, not in the document. It is forgotten with the page, on demand, and after a while without use.

/** Milliseconds without a request after which the token is forgotten: a desk that somebody has left. */
export const IDLE = 15 * 60 * 1000;

/** @type {string | undefined} */
let token;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let idle;
/** @type {(sentence: string) => void} */
let ended = () => undefined;

const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="service"]'));
const SERVICE = new URL(meta?.content ?? "../", location.href);

// A page that comes back from the browser's memory would still have it.
addEventListener("pagehide", () => forget());

/** @param {(sentence: string) => void} listener  hears that the token was forgotten, and why */
export function onEnd(listener) {
  ended = listener;
}

/** @param {string} text */
export function remember(text) {
  token = text;
  touch();
}

export function forget(sentence = "") {
  if (token === undefined) return;
  token = undefined;
  clearTimeout(idle);
  ended(sentence);
}

function touch() {
  clearTimeout(idle);
  idle = setTimeout(() => forget("The token was forgotten after 15 minutes without use. Enter it again."), IDLE);
}

/** What the service refused, or a network that failed. */
export class Refused extends Error {
  name = "Refused";

  /**
   * @param {number} status  0 where there was no answer
   * @param {readonly Fault[]} faults
   */
  constructor(status, faults) {
    super(faults[0]?.sentence ?? "The service refused the request.");
    this.status = status;
    this.faults = faults;
  }
}

/** @typedef {{ path: string, sentence: string }} Fault  of a member, such as `Client.scope`; no path where it is of none */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} body  `undefined` where there is none
 * @property {string | undefined} etag  of a resource; from its version, since something on the way may take the header out or change it
 * @property {number} now  the service's time as far as it tells, seconds
 */

/**
 * Sends a request of the administrator.
 * @param {string} method
 * @param {string} path  below the service, without a slash before it
 * @param {{ body?: unknown, headers?: Record<string, string> }} [more]
 * @returns {Promise<Answer>}
 */
export async function request(method, path, { body, headers = {} } = {}) {
  if (token === undefined) throw new Refused(401, [{ path: "", sentence: "Enter the token first." }]);
  touch();
  /** @type {RequestInit} */
  const init = {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
  };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "content-type": "application/json" };
  }
  const response = await fetch(new URL(path, SERVICE), init).catch(() => {
    throw new Refused(0, [
      { path: "", sentence: "The service does not answer. Is it running, and is it on this address?" },
    ]);
  });
  const text = await response.text();
  const answer = read(text);
  if (!response.ok) {
    if (response.status === 401) forget("The service does not take this token.");
    throw new Refused(response.status, faultsOf(answer, response.status));
  }
  const date = Date.parse(response.headers.get("date") ?? "");
  const now = Number.isNaN(date) ? Date.now() : date;
  const version = answer?.meta?.versionId;
  const etag = version === undefined ? (response.headers.get("etag") ?? undefined) : `W/"${version}"`;
  return { status: response.status, body: answer, etag, now: Math.floor(now / 1000) };
}

/** @param {string} text */
function read(text) {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param {any} answer
 * @param {number} status
 * @returns {readonly Fault[]}
 */
function faultsOf(answer, status) {
  if (answer?.resourceType === "OperationOutcome") {
    return answer.issue.map((/** @type {any} */ issue) => ({
      path: issue.expression?.[0] ?? "",
      sentence: issue.diagnostics,
    }));
  }
  const none = "There is no administrator's interface here: STS_ADMIN_TOKEN or STS_ADMIN_TOKENS is not set.";
  return [{ path: "", sentence: status === 404 ? none : `The service answered ${status}.` }];
}
