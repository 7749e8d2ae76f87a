import { isObject } from "./change.js";
import type { Facts } from "./mend.js";
import { KEYS_URL } from "./outgoing.js";
import { issuerOf } from "./resources.js";
import { type Decoded, signedAgain, type TrialKey } from "./token_text.js";
import type { Resource, Situation } from "./trial.js";

// The issuer of a token whose signature cannot be looked at, or does not hold: the same rules with a key of this trial.
export function asIfSigned(facts: Facts, token: Decoded): Pick<Situation, "token" | "resources" | "assumed"> {
  const { situation, key } = facts;
  return {
    assumed: true,
    token: signedAgain(token, key),
    resources: situation.resources.map((resource) =>
      resource.resourceType === "TokenIntrospector" && issuerOf(resource) === token.claims["iss"]
        ? withKey(resource, key)
        : resource,
    ),
  };
}

/** As if `--keys` were what the issuer publishes. */
export function withKeysFrom(resource: Resource): Resource {
  const { jwks_uri: _uri, discovery: _discovery, jwt, ...rest } = resource;
  const iss = isObject(jwt) ? jwt["iss"] : undefined;
  return { ...rest, resourceType: resource.resourceType, id: resource.id, jwt: { iss }, jwks_uri: KEYS_URL };
}

function withKey(resource: Resource, { listed }: TrialKey): Resource {
  const { jwks_uri: _uri, discovery: _discovery, algorithms: _algorithms, jwt, ...rest } = resource;
  const iss = isObject(jwt) ? jwt["iss"] : undefined;
  return { ...rest, resourceType: resource.resourceType, id: resource.id, jwt: { iss, keys: [listed] } };
}
