// Every suite. Each runs unchanged in every runtime against the fixture; it gets
//   { now(), advance(seconds), fetch(path, { method, headers, body, host, streamed }) }
// and gives an array of { name, run(sts) }.
import admin from "./admin.mjs";
import admin_collections from "./admin_collections.mjs";
import admin_faults from "./admin_faults.mjs";
import admin_secrets from "./admin_secrets.mjs";
import claims from "./claims.mjs";
import client_authentication from "./client_authentication.mjs";
import delegation from "./delegation.mjs";
import dpop from "./dpop.mjs";
import dry_run from "./dry_run.mjs";
import form from "./form.mjs";
import gateways from "./gateways.mjs";
import id_jag from "./id_jag.mjs";
import how_to from "./how_to.mjs";
import http_framing from "./http_framing.mjs";
import introspection from "./introspection.mjs";
import jwt_verifier from "./jwt_verifier.mjs";
import own_tokens from "./own_tokens.mjs";
import parameters from "./parameters.mjs";
import private_key_jwt from "./private_key_jwt.mjs";
import public_clients from "./public_clients.mjs";
import public_keys from "./public_keys.mjs";
import recipes from "./recipes.mjs";
import refresh from "./refresh.mjs";
import revocation from "./revocation.mjs";
import rfc8693_figures from "./rfc8693_figures.mjs";
import rules from "./rules.mjs";
import userinfo_and_metadata from "./userinfo_and_metadata.mjs";

export const suites = {
  how_to,
  http_framing,
  form,
  client_authentication,
  private_key_jwt,
  public_keys,
  parameters,
  own_tokens,
  dpop,
  delegation,
  jwt_verifier,
  claims,
  refresh,
  introspection,
  revocation,
  userinfo_and_metadata,
  recipes,
  gateways,
  id_jag,
  rules,
  rfc8693_figures,
  admin,
  admin_secrets,
  admin_faults,
  admin_collections,
  dry_run,
  public_clients,
};
