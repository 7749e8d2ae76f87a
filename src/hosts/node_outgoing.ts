import { lookup as resolve, type LookupAddress } from "node:dns";
import { type IncomingMessage, request as requestHttp, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, type LookupFunction } from "node:net";
import { incoming, type Incoming, LimitedText, type Outgoing } from "./outgoing.js";

// Addresses that no public name should lead to: this machine, private networks, link-local ones with the metadata of
// clouds, what leads to IPv4 inside of IPv6, and those that mean nobody (the registries of IANA for special purposes).
// One list for each family: a list takes an IPv4 address for the IPv6 address that holds it.
const PRIVATE = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32], // Azure's own, from inside of it
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  PRIVATE.ipv4.addSubnet(network, prefix, "ipv4");
}
// Only 2000::/3 is given to anybody.
for (const [network, prefix] of [
  ["::", 3],
  ["4000::", 2],
  ["8000::", 1],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  PRIVATE.ipv6.addSubnet(network, prefix, "ipv6");
}
/** Whether an address is one that a public name may lead to. */
export function isPublic({ address, family }: LookupAddress): boolean {
  const type = family === 6 ? "ipv6" : "ipv4";
  return !PRIVATE[type].check(address, type);
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
 * allows for this machine alone. Rejects when there is no whole answer within the time.
 */
export async function send({ url, form, authorization, limit, timeout }: Outgoing): Promise<Incoming> {
  const unencrypted = url.startsWith("http:");
  const signal = AbortSignal.timeout(timeout);
  const body = form === undefined ? undefined : Buffer.from(form);
  const options: RequestOptions = {
    method: body === undefined ? "GET" : "POST",
    headers: {
      accept: "application/json",
      ...(body && { "content-type": "application/x-www-form-urlencoded", "content-length": body.length }),
      ...(authorization !== undefined && { authorization }),
    },
    signal,
    ...(unencrypted ? {} : { lookup: lookupPublic }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (unencrypted ? requestHttp : requestHttps)(url, options, resolve);
    request.on("error", reject);
    // An answer that is none: without this nobody would ever hear of it, not even at the end of the time.
    request.on("upgrade", (_response, socket) => {
      socket.destroy();
      reject(new Error("the server wants another protocol"));
    });
    request.end(body);
  });
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.destroy();
    return { status };
  }
  return incoming(status, await read(response, limit, signal), response.headers["cache-control"]);
}

async function read(response: IncomingMessage, limit: number, signal: AbortSignal): Promise<string | undefined> {
  const limited = new LimitedText(limit);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (!limited.push(chunk)) {
      response.destroy();
      return undefined;
    }
  }
  // What is cut off by the time looks like an end where no length was said.
  if (!response.complete || signal.aborted) throw new Error("the answer broke off");
  return limited.text();
}
