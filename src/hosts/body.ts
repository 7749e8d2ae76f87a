/**
 * The body of a request, as far as `limit` + 1 bytes: one byte too many is enough for the core to refuse it. The rest
 * is cancelled, not read.
 */
export function readBody(request: Request, limit: number): Uint8Array | Promise<Uint8Array> {
  // A server lets no more through than Content-Length says, so that the short way is safe where it is there.
  const length = request.headers.get("content-length");
  if (length !== null && /^[0-9]{1,9}$/.test(length) && Number(length) <= limit) return whole(request);
  const { body } = request;
  if (body === null) return NOTHING;
  if (request.bodyUsed || body.locked) throw new TypeError(READ_BEFORE);
  return streamed(body, limit);
}

const NOTHING = new Uint8Array(0);

const READ_BEFORE = "nothing may have read the body before: mount the service in front of body parsers";

// The stream is looked at only where something is wrong: the Workers runtime makes an object of it when it is.
async function whole(request: Request): Promise<Uint8Array> {
  if (request.bodyUsed) throw new TypeError(READ_BEFORE);
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch (error) {
    if (request.body?.locked) throw new TypeError(READ_BEFORE);
    throw error;
  }
}

async function streamed(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= limit) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, length);
    chunks.push(value);
    length += value.length;
  }
  // Nobody waits for the end of what is thrown away.
  reader.cancel().catch(() => undefined);
  return joined(chunks, length).subarray(0, limit + 1);
}

/** The chunks in one. */
export function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
