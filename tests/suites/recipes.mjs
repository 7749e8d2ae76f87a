// The recipes of the documentation: what is printed there is stored and sent, with tokens in the shape of each issuer.
import { blocks, page } from "../documents.mjs";
import { issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, ok, same } from "./assert.mjs";
import { ADMIN_TOKEN } from "./fixture.mjs";
import { ISSUERS } from "./issuers.mjs";
import { mintSigned, newKeyPair, publicJwk } from "./jwt.mjs";
import { basic, TokenRequest } from "./token_request.mjs";

const SAYS = {
  condition: /its claims do not meet the conditions for its issuer\.$/,
  rule: /its claims do not meet a condition\.$/,
  audience: /its audience does not include this service\.$/,
  issuer: /its issuer is not one that this client may use\.$/,
  user: /its user is not known here\.$/,
};

/** The recipes as printed: by issuer the resources, the client of the request and its parameters. */
export const recipes = page("how-to/recipes").then(async (list) => {
  const pages = [...list.matchAll(/^\| \[([^\]]+)\]\(([\w-]+)\.md\)/gm)];
  const found = pages.map(async ([, issuer, name]) => [issuer, recipe(await page(`how-to/${name}`))]);
  return Object.fromEntries(await Promise.all(found));
});

function recipe(text) {
  const printed = blocks(text);
  const request = printed.find(({ language, code }) => language === "sh" && code.includes("/auth/token")).code;
  return {
    resources: JSON.parse(printed.find(({ language }) => language === "json").code),
    // A client without a secret names itself in the form.
    client: /(?:-u (\S+):\$SECRET|-d client_id=(\S+))/.exec(request).slice(1).find(Boolean),
    parameters: [...request.matchAll(/-d (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  };
}

const pair = newKeyPair("RS256");
const privateJwk = pair.then(({ privateKey }) => crypto.subtle.exportKey("jwk", privateKey));

/** The key of an issuer as its key set shows it. */
export async function shownKey(heading) {
  const { kty, n, e } = publicJwk(await privateJwk);
  const jwk = {
    kty,
    use: "sig",
    alg: "RS256",
    kid: ISSUERS[heading].header.kid,
    n,
    e,
  };
  return JSON.parse(JSON.stringify(ISSUERS[heading].jwk?.(jwk) ?? jwk));
}

// The issuer itself cannot be asked from a test: its key stands in the resource, where the recipe says how to fetch it.
async function givenKey(heading, resources) {
  const jwk = await shownKey(heading);
  return resources.map((resource) => {
    if (resource.resourceType !== "TokenIntrospector") return resource;
    const { discovery: _discovery, jwks_uri: _jwks_uri, jwt, ...members } = resource;
    return { ...members, jwt: { ...jwt, keys: [{ format: "jwk", jwk }] } };
  });
}

/**
 * The cases. `place(heading, resources)`: puts the issuer of a recipe where the service can reach it, and gives the
 * resources that say so.
 */
export function recipeCases(place) {
  return Object.entries(ISSUERS).flatMap(([heading, issuer]) => {
    const cases = [
      {
        name: `${heading}: a good token`,
        run: (sts) => exchanged(sts, heading, place, {}),
      },
      ...Object.entries(issuer.other ?? {}).map(([title, changes]) => ({
        name: `${heading}: ${title}`,
        run: (sts) => exchanged(sts, heading, place, changes),
      })),
      ...Object.entries(issuer.refused).map(([title, [changes, why]]) => ({
        name: `${heading}: refused: ${title}`,
        run: (sts) => refused(sts, heading, place, changes, SAYS[why]),
      })),
    ];
    return cases.map(({ name, run }) => ({
      name,
      run: async (sts) => void (await run(sts), await servesGood(sts)),
    }));
  });
}

export default [
  {
    name: "each recipe has an issuer, and each issuer a recipe",
    run: async () => same(Object.keys(await recipes), Object.keys(ISSUERS), "headings"),
  },
  ...recipeCases(givenKey),
];

async function exchanged(sts, heading, place, changes) {
  await withRecipe(sts, heading, place, async ({ introspector, client, user, send, claims }) => {
    const copied = introspector.copy_claims;
    const issued = await issuedBy(await send(changes), { copied });
    const subject = { ...claims(), ...changes };
    equal(issued.claims.sub, user?.id ?? subject.sub, "sub");
    equal(issued.claims.client_id, client.id, "client_id");
    equal(issued.claims.aud, client.auth.token_exchange.audience[0], "aud");
    equal(issued.claims.scope, client.scope[0], "scope");
    for (const name of copied) same(issued.claims[name], subject[name], name);
    ok(issued.claims.exp <= subject.exp, "it outlives its subject token");
  });
}

async function refused(sts, heading, place, changes, says) {
  await withRecipe(sts, heading, place, async ({ introspector, send }) => {
    await refusedBy(await send(changes), { error: "invalid_request", says });
    await issuedBy(await send({}), { copied: introspector.copy_claims });
  });
}

/** Stores the resources of a recipe, and takes them away afterwards. */
async function withRecipe(sts, heading, place, run) {
  const { resources: printed, client: id, parameters } = (await recipes)[heading];
  const { header, claims: claimsAt } = ISSUERS[heading];
  const resources = await place(heading, printed);
  const [client, introspector, user] = resources;
  same(client.allowedIssuers, [introspector.jwt.iss], "the client's issuers");
  equal(client.id, id, "the client of the request");
  const claims = () => ({ ...claimsAt(sts.now()), iss: introspector.jwt.iss });
  const send = async (changes) => {
    const token = await mintSigned({ ...claims(), ...changes }, await privateJwk, header);
    const request = new TokenRequest();
    if (client.secret !== undefined) request.header("authorization", basic(id, client.secret));
    for (const [name, value] of parameters) request.add(name, value === "$TOKEN" ? token : value);
    return request.send(sts);
  };
  try {
    for (const resource of resources) await administer(sts, "PUT", resource, [200, 201]);
    await run({ client, introspector, user, send, claims });
  } finally {
    for (const resource of resources) await administer(sts, "DELETE", resource, [200, 204]);
  }
}

async function administer(sts, method, resource, expected) {
  const response = await sts.fetch(`/${resource.resourceType}/${resource.id}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      "content-type": "application/json",
    },
    ...(method === "PUT" && { body: JSON.stringify(resource) }),
  });
  const text = await response.text();
  ok(expected.includes(response.status), `${method} ${resource.resourceType}: ${response.status} ${text}`);
}
