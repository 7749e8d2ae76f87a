"""The SDK of Databricks as a client: it exchanges the token of a CI job or a pod."""

import json
import os
import sys

from databricks.sdk import oidc

given = json.load(sys.stdin)
os.environ["TOKEN_OF_THE_TEST"] = given["token"]
source = oidc.DatabricksOidcTokenSource(
    host=given["issuer"],
    token_endpoint=given["issuer"] + "/auth/token",
    id_token_source=oidc.EnvIdTokenSource("TOKEN_OF_THE_TEST"),
    client_id=given.get("client_id"),
    scopes="read",
)
try:
    token = source.token()
    json.dump({"token": token.access_token, "type": token.token_type}, sys.stdout)
except Exception as error:  # it has no class of its own for a refusal
    json.dump({"error": str(error)}, sys.stdout)
