import { lookup as resolve, type LookupAddress } from "node:dns";
import { type IncomingMessage, request as requestHttp, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, type LookupFunction } from "node:net";
import type { Incoming, Outgoing } from "./outgoing.js";

// Addresses that no public name should lead to: this machine, private networks, link-local ones with the metadata of
// clouds, and those that mean none (RFC 6890).
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv6");
}

/** Whether an address is one that a public name may lead to. An IPv4 address inside of an IPv6 one counts as itself. */
export function isPublic({ address, family }: LookupAddress): boolean {
  return !PRIVATE.check(address, family === 6 ? "ipv6" : "ipv4");
}

// The connection is made to what is returned here, so that nothing can change between the look and the connection.
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, "", 0);
    const allowed = addresses.filter(isPublic);
    const [first] = allowed;
    if (first === undefined) return callback(new RangeError("the name leads to private addresses only"), "", 0);
    if (options.all === true) return callback(null, allowed);
    callback(null, first.address, first.family);
  });
};

/**
 * Sends a request from Node: as `outgoing.ts` does, and to public addresses only, unless the URL is http, which the core
 * allows for this machine alone. Rejects when there is no whole answer within the limits, in UTF-8.
 */
export async function send({ url, form, authorization, limit, timeout }: Outgoing): Promise<Incoming> {
  const unencrypted = url.startsWith("http:");
  const body = form === undefined ? undefined : Buffer.from(form);
  const options: RequestOptions = {
    method: body === undefined ? "GET" : "POST",
    headers: {
      accept: "application/json",
      ...(body && { "content-type": "application/x-www-form-urlencoded", "content-length": body.length }),
      ...(authorization !== undefined && { authorization }),
    },
    signal: AbortSignal.timeout(timeout),
    ...(unencrypted ? {} : { lookup: lookupPublic }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (unencrypted ? requestHttp : requestHttps)(url, options, resolve);
    request.on("error", reject);
    request.end(body);
  });
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.destroy();
    return { status, body: "" };
  }
  const text = await read(response, limit);
  const cacheControl = response.headers["cache-control"];
  return { status, body: text, ...(cacheControl === undefined ? {} : { cache_control: cacheControl }) };
}

async function read(response: IncomingMessage, limit: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let [text, length] = ["", 0];
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) {
      response.destroy();
      throw new RangeError("the answer is longer than it may be");
    }
    text += decoder.decode(chunk, { stream: true });
  }
  if (!response.complete) throw new Error("the answer broke off");
  return text + decoder.decode();
}
