// The same with nothing but what the web has: for Workers, and for a Node that has not loaded its `node:crypto`. `digest`
// gives a promise.
const utf8 = new TextEncoder();

export const webPlatform = {
  digest: async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(text))),
  stored: (hexadecimal) => Uint8Array.from(hexadecimal.match(/../g), (byte) => Number.parseInt(byte, 16)),
  // Digests, so that both are of one length. Workers have a call for it.
  equal: (one, other) =>
    crypto.subtle.timingSafeEqual?.(one, other) ?? one.reduce((sum, byte, at) => sum | (byte ^ other[at]), 0) === 0,
  uuid: () => crypto.randomUUID(),
};
