// createSts({ wasm }): the module as the program brings it. It is loaded once in a process, so that each case is one.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

const FILE = new URL("../../dist/wasm/edge_sts_bg.wasm", import.meta.url);
const run = promisify(execFile);

const server = createServer((request, response) => {
  const path = request.url;
  response.statusCode = path === "/missing" ? 404 : 200;
  response.setHeader("content-type", path === "/typed" ? "application/wasm" : "application/octet-stream");
  response.end(path === "/missing" ? "" : readFileSync(FILE));
});
let origin;
before(async () => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

/** What a program prints that makes a service with this expression as `wasm`, and uses it. */
async function printed(expression) {
  const program = `
    import { readFileSync } from "node:fs";
    import { provideModule } from ${JSON.stringify(new URL("../../dist/engine.js", import.meta.url).href)};
    import { createSts } from "edge-sts";
    // As where the file was left behind.
    provideModule(() => Promise.reject(new TypeError("the option was not used")));
    const file = new URL(${JSON.stringify(FILE.href)});
    const bytes = readFileSync(file);
    const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
    const options = {
      issuer: "https://sts.example",
      signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1", k: Buffer.alloc(32, 7).toString("base64url") }] },
      resources: [],
      onEvent: () => undefined,
    };
    const answer = async (wasm) => {
      const sts = await createSts({ ...options, wasm });
      return (await sts.fetch(new Request("https://sts.example/health"))).status;
    };
    const tried = (wasm) => answer(wasm).catch((error) => error.name + ": " + error.message);
    console.log([await tried(${expression}), await tried(file)].join("\\n"));`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: new URL("../..", import.meta.url),
  });
  assert.equal(stderr, "");
  return stdout.trimEnd().split("\n");
}

describe("createSts({ wasm }) takes", () => {
  for (const [title, expression] of Object.entries({
    "a module": () => "new WebAssembly.Module(bytes)",
    bytes: () => "bytes",
    "an ArrayBuffer": () => "bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)",
    "the URL of a file": () => "file",
    "a promise": () => "Promise.resolve(file)",
    "a URL on a server": () => `new URL("${origin}/other")`,
    "a Response": () => `fetch("${origin}/typed")`,
    "bytes of another realm": () => `import("node:vm").then((vm) => vm.runInNewContext("Uint8Array").from(bytes))`,
  })) {
    test(title, async () => assert.deepEqual(await printed(expression()), ["200", "200"]));
  }
});

describe("createSts({ wasm }) says what is wrong with", () => {
  const isNone = /^TypeError: wasm: this is not edge_sts_bg\.wasm of this version/;
  for (const [title, expression, says] of [
    ["a path", () => `"./edge_sts_bg.wasm"`, /^TypeError: wasm must be edge_sts_bg\.wasm .*a URL$/],
    ["null", () => "null", /^TypeError: wasm must be/],
    ["another program", () => "empty", isNone],
    ["another module", () => "new WebAssembly.Module(empty)", isNone],
    ["no program", () => "Uint8Array.of(1, 2, 3)", isNone],
    [
      "a Response that is none",
      () => `fetch("${origin}/missing")`,
      /^TypeError: wasm: the Response must be a good one/,
    ],
    ["a server that is not there", () => `new URL("http://127.0.0.1:1/x")`, /^TypeError: wasm: nothing answers/],
    ["a file that is not there", () => `new URL("file:///nowhere")`, /^TypeError: wasm: .*cannot be read/],
  ]) {
    // The second service is a good one.
    test(title, async () => {
      const [first, second] = await printed(expression());
      assert.match(first, says);
      assert.equal(second, "200");
    });
  }
});
