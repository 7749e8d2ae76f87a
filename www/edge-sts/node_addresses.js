import { BlockList } from "node:net";
// One list for each family: a list takes an IPv4 address for the IPv6 address that holds it.
class Networks {
  #lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  constructor(networks) {
    for (const [network, prefix] of networks) {
      const type = network.includes(":") ? "ipv6" : "ipv4";
      this.#lists[type].addSubnet(network, prefix, type);
    }
  }
  hold({ address, family }) {
    const type = family === 6 ? "ipv6" : "ipv4";
    return this.#lists[type].check(address, type);
  }
}
// Addresses that no public name should lead to: this machine, private networks, link-local ones with the metadata of
// clouds, what leads to IPv4 inside of IPv6, and those that mean nobody (the registries of IANA for special purposes).
const NOT_PUBLIC = new Networks([
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
  // Only 2000::/3 is given to anybody.
  ["::", 3],
  ["4000::", 2],
  ["8000::", 1],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
]);
const LOOPBACK = new Networks([
  ["127.0.0.0", 8],
  ["::1", 128],
]);
// Those of them where a server of one's own can be: not the link-local ones, where clouds keep their metadata.
const OWN_NETWORK = new Networks([
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["::1", 128],
  ["fc00::", 7],
]);
const NAT64 = new Networks([["64:ff9b::", 96]]);
/** Whether an address is one that a public name may lead to. */
export function isPublic(address) {
  return !NOT_PUBLIC.hold(translated(address));
}
/** Whether an address is one that a name inside of the own network may lead to: a public one, or a private one. */
export function isPublicOrOwn(address) {
  return isPublic(address) || OWN_NETWORK.hold(translated(address));
}
/** Whether an address is this machine's. */
export function isLoopback(address) {
  return LOOPBACK.hold(address);
}
// In a network without IPv4 the resolver gives each IPv4 address with this prefix, and a gateway translates it back (RFC
// 6052 section 2.1): what counts is where that leads.
function translated(address) {
  if (address.family !== 6 || !NAT64.hold(address)) return address;
  // Four groups of zeros are the longest row of them, so that "::" stands for it; the last two groups come after it.
  const [, tail = ""] = new URL(`http://[${address.address}]`).hostname.slice(1, -1).split("::");
  const groups = tail.split(":").map((group) => Number.parseInt(group || "0", 16));
  const [low = 0, high = 0] = groups.reverse();
  return { address: [high >> 8, high & 255, low >> 8, low & 255].join("."), family: 4 };
}
