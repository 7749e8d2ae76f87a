/**
 * The body of a request, as far as `limit` + 1 bytes: one byte too many is enough for the core to refuse it. The rest
 * is cancelled, not read.
 */
export function readBody(request, limit) {
  const { body } = request;
  if (body === null) return NOTHING;
  if (request.bodyUsed || body.locked) {
    throw new TypeError("nothing may have read the body before: mount the service in front of body parsers");
  }
  // A server lets no more through than Content-Length says, so that the short way is safe where it is there.
  const length = request.headers.get("content-length");
  if (length !== null && /^[0-9]{1,9}$/.test(length) && Number(length) <= limit) return whole(request);
  return streamed(body, limit);
}
const NOTHING = new Uint8Array(0);
async function whole(request) {
  return new Uint8Array(await request.arrayBuffer());
}
async function streamed(body, limit) {
  const reader = body.getReader();
  const chunks = [];
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
function joined(chunks, length) {
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
