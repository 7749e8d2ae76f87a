// The parts in the order in which they run: what others build on comes first.
import cardinality from "./cardinality.mjs";
import client_authentication from "./client_authentication.mjs";
import delegation from "./delegation.mjs";
import dpop from "./dpop.mjs";
import errors from "./errors.mjs";
import http from "./http.mjs";
import id_jag from "./id_jag.mjs";
import introspection from "./introspection.mjs";
import issued_token from "./issued_token.mjs";
import metadata from "./metadata.mjs";
import parameters from "./parameters.mjs";
import refresh from "./refresh.mjs";
import revocation from "./revocation.mjs";
import subject_token from "./subject_token.mjs";
import targets_and_scope from "./targets_and_scope.mjs";
import token_response from "./token_response.mjs";

export const PARTS = [
  token_response,
  issued_token,
  parameters,
  cardinality,
  http,
  errors,
  client_authentication,
  subject_token,
  targets_and_scope,
  delegation,
  metadata,
  refresh,
  introspection,
  revocation,
  dpop,
  id_jag,
];
