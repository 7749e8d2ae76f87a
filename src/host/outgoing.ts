/** A request to another server, as the core asks for it. */
export interface Outgoing {
  url: string;
  /** A form to POST; a GET without it. */
  form?: string;
  /** The value of that header. */
  authorization?: string;
  /** Bytes of the body that are read, at most. */
  limit: number;
  /** Milliseconds for the whole. */
  timeout: number;
}

/** What came back. */
export interface Incoming {
  status: number;
  cache_control?: string;
  /** Empty unless the status is 200. */
  body: string;
}

/**
 * Sends a request, without cookies and caches; a redirect is an answer like any other. Rejects when there is no whole
 * answer within the limits, in UTF-8.
 */
export async function send({ url, form, authorization, limit, timeout }: Outgoing): Promise<Incoming> {
  const headers = new Headers({ accept: "application/json" });
  if (form !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
  if (authorization !== undefined) headers.set("authorization", authorization);
  const response = await fetch(url, {
    method: form === undefined ? "GET" : "POST",
    headers,
    redirect: "manual",
    signal: AbortSignal.timeout(timeout),
    ...alone(),
    ...(form === undefined ? {} : { body: form }),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    return { status: response.status, body: "" };
  }
  const body = await text(response, limit);
  const cacheControl = response.headers.get("cache-control");
  return { status: response.status, body, ...(cacheControl === null ? {} : { cache_control: cacheControl }) };
}

// Neither cookies nor what is remembered of an earlier answer. Some runtimes have neither and refuse to hear of it.
const MEMBERS: RequestInit[] = [{ cache: "no-store" }, { credentials: "omit" }];
let known: RequestInit | undefined;

function alone(): RequestInit {
  known ??= Object.assign({}, ...MEMBERS.filter(isSupported)) as RequestInit;
  return known;
}

function isSupported(init: RequestInit): boolean {
  try {
    return new Request("https://issuer.example", init) instanceof Request;
  } catch {
    return false;
  }
}

async function text(response: Response, limit: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = response.body.getReader();
  let [text, length] = ["", 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new RangeError("the answer is longer than it may be");
    }
    text += decoder.decode(value, { stream: true });
  }
}
