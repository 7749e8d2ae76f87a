// The resources of somebody who begins: an app, its users' login service, one user.
import { EXCHANGE } from "../suites/fixture.mjs";

export const ISS = "https://login.example";
export const KEY = "the issuer's key: known to the issuer and to this service";
export const SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

export const client = {
  resourceType: "Client",
  id: "app",
  secret: SECRET,
  grant_types: [EXCHANGE],
  allowedIssuers: [ISS],
  scope: ["read"],
  auth: { token_exchange: { token_format: "jwt", audience: ["orders"] } },
};
export const introspector = {
  resourceType: "TokenIntrospector",
  id: "login",
  type: "jwt",
  jwt: { iss: ISS, secret: KEY },
};
export const user = { resourceType: "User", id: "alice" };
