// One fresh process: the package is imported, a service is made, the first exchange. Prints milliseconds, as JSON.
// `process.argv`: the module to import, the JSON text of the options, that of the request.
const [, , module, options, request] = process.argv;
const begin = performance.now();
const { createSts } = await import(module);
const imported = performance.now();
const sts = await createSts({ ...JSON.parse(options), onEvent: () => undefined });
const made = performance.now();
const answer = await sts.exchange(JSON.parse(request));
const answered = performance.now();
if (answer.token_type !== "Bearer") throw new Error("no token");
console.log(JSON.stringify({ import: imported - begin, make: made - imported, first: answered - made }));
