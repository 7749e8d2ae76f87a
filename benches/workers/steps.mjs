// The constant Worker with what edge-sts does besides the exchange itself, one thing more in each step (`env.STEP`).
const NAMES = ["authorization", "dpop", "content-type", "content-encoding", "origin", "cf-ray", "traceparent"];
const HOST_NAMES = ["content-length", "cf-connecting-ip"];

const kept = new Headers();
let count = 0;

export default {
  async fetch(request, env, context) {
    const step = Number(env.STEP);
    const body = request.arrayBuffer();
    if (step >= 1) headOf(request);
    await body;
    if (step >= 2) context.waitUntil(body);
    count += 1;
    if (step >= 3) console.log(flat(env.LINE));
    if (step < 4) return new Response(env.BODY, { headers: env.HEADERS });
    for (const [name, value] of Object.entries(env.HEADERS)) if (!kept.has(name)) kept.set(name, value);
    kept.set("x-request-id", String(count));
    return new Response(flat(env.BODY), { headers: kept });
  },
};

function headOf({ method, url, headers }) {
  let head = `${method} ${url}`;
  for (const name of [...NAMES, ...HOST_NAMES]) {
    const value = headers.get(name);
    if (value !== null) head += `\n${name}: ${value}`;
  }
  return head;
}

// A text of the same length that no request had before, as one that the module made: nothing of it is known to the engine.
function flat(text) {
  return JSON.parse(JSON.stringify(`${text.slice(0, 100)}${String(count).padStart(9, "0")}${text.slice(109)}`));
}
