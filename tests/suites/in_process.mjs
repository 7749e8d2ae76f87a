// The service in the same process, in Node or in a page, for the suites: requests as values, a clock that stands still.
import { ISSUER } from "./fixture.mjs";
import { bytesOf } from "./jwt.mjs";

/** `make({ now })` gives the service. */
export async function inProcess(make) {
  let time = 1_800_000_000;
  const sts = await make({ now: () => time });
  return {
    now: () => time,
    advance: async (seconds) => void (time += seconds),
    fetch: (path, init) => sts.fetch(requestOf(path, init)),
  };
}

function requestOf(path, { method = "GET", headers = {}, body, host, streamed = false } = {}) {
  const bytes = typeof body === "string" ? bytesOf(body) : body;
  const url = `${host === undefined ? ISSUER : `https://${host}`}${path}`;
  const init = bytes === undefined ? {} : { body: streamed ? inPieces(bytes) : bytes, duplex: "half" };
  const request = new Request(url, { method, ...init });
  // What a server sees: in a page a Request would drop Origin and Content-Length.
  const seen = new Headers(headers);
  if (bytes !== undefined && !streamed) seen.set("content-length", String(bytes.length));
  return Object.defineProperty(request, "headers", { value: seen });
}

function inPieces(bytes) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + 1000));
      at += 1000;
    },
  });
}
