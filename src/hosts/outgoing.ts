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
  /** That of a 200; left out if it is longer than what is read, or not UTF-8. */
  body?: string;
}

/**
 * Sends a request, without cookies and caches; a redirect is an answer like any other. Rejects when there is no whole
 * answer within the time.
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
    return { status: response.status };
  }
  const body = response.body === null ? "" : await text(response.body, limit);
  const cacheControl = response.headers.get("cache-control");
  return incoming(response.status, body, cacheControl);
}

/** An answer, without what is not there. */
export function incoming(status: number, body: string | undefined, cacheControl: string | null | undefined): Incoming {
  return { status, ...(body !== undefined && { body }), ...(cacheControl && { cache_control: cacheControl }) };
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

/** The text of a body that comes in pieces, up to `limit` bytes. */
export class LimitedText {
  readonly #limit: number;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a piece; false when it is too much, so that the rest need not be read. */
  push(chunk: Uint8Array): boolean {
    this.#length += chunk.length;
    if (this.#length > this.#limit) return false;
    this.#chunks.push(chunk);
    return true;
  }

  /** Undefined if it was too long, or is not UTF-8. */
  text(): string | undefined {
    if (this.#length > this.#limit) return undefined;
    const decoder = new TextDecoder("utf-8", { fatal: true });
    try {
      return this.#chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
    } catch {
      return undefined;
    }
  }
}

async function text(body: ReadableStream<Uint8Array>, limit: number): Promise<string | undefined> {
  const limited = new LimitedText(limit);
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return limited.text();
    if (!limited.push(value)) {
      await reader.cancel();
      return undefined;
    }
  }
}
