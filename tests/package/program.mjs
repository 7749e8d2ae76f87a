// One exchange as a program of a user's makes it, which prints nothing: the same in every runner and bundle.

/** The program, as statements inside of an async function. `createHmac` and `createSts` are there; it leaves `done`. */
export const EXCHANGE = `
  const secret = "the secret that the external auth server signs with";
  const iss = "https://issuer.example";
  const sts = await createSts({
    issuer: "https://sts.example",
    signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1", k: Buffer.alloc(32, 7).toString("base64url") }] },
    resources: [
      {
        resourceType: "Client",
        id: "tokenexchange",
        secret: "test",
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: [iss],
      },
      { resourceType: "TokenIntrospector", id: "issuer", type: "jwt", jwt: { iss, secret } },
      { resourceType: "User", id: "alice" },
    ],
    onEvent: () => undefined,
  });
  const json = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 600;
  const input = json({ alg: "HS256" }) + "." + json({ iss, sub: "alice", exp });
  const answer = await sts.exchange({
    client_id: "tokenexchange",
    client_secret: "test",
    subject_token: input + "." + createHmac("sha256", secret).update(input).digest("base64url"),
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  });
  // A part that is loaded when it is asked for, too.
  const description = await (await sts.fetch(new Request("https://sts.example/openapi.json"))).json();
  const done = [answer.token_type, answer.expires_in, description.openapi].join(" ");
`;

/** What `done` is. */
export const DONE = "Bearer 300 3.1.1";

const imports = (entry) => `import { createHmac } from "node:crypto";
import { createSts } from ${JSON.stringify(entry)};
`;

/** A module that prints `done`. Without await outside of functions, which CommonJS has not. */
export const printing = (entry) => `${imports(entry)}
async function main() {${EXCHANGE}
  console.log(done);
}
main().catch((error) => console.log(String(error)));
`;

/** A module of a test runner whose `test` and `expect` are global. */
export const testing = (entry) => `${imports(entry)}
test("one exchange", async () => {${EXCHANGE}
  expect(done).toBe(${JSON.stringify(DONE)});
});
`;
