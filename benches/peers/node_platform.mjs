// The fastest ways that Node has: one call each, no promise; random identifiers come from a pool.
import { hash, randomUUID, timingSafeEqual } from "node:crypto";

export const nodePlatform = {
  digest: (text) => hash("sha256", text, "buffer"),
  stored: (hexadecimal) => Buffer.from(hexadecimal, "hex"),
  equal: timingSafeEqual,
  uuid: randomUUID,
};
