// The same with `jose`: what is imported is jose and the peer's own rules, and nothing of Node's.
const [, , , options, request] = process.argv;
const begin = performance.now();
const { joseExchange } = await import("../peers/jose.mjs");
const { webPlatform: platform } = await import("../peers/web_platform.mjs");
const imported = performance.now();
const exchange = await joseExchange({ ...JSON.parse(options), platform, onEvent: () => undefined });
const made = performance.now();
const answer = await exchange(JSON.parse(request));
const answered = performance.now();
if (answer.token_type !== "Bearer") throw new Error("no token");
console.log(JSON.stringify({ import: imported - begin, make: made - imported, first: answered - made }));
