"""Authlib as a client: exchange, refresh, introspection and revocation, by one method of authentication."""

import json
import sys

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey

given = json.load(sys.stdin)
token_endpoint = given["issuer"] + "/auth/token"
secret = given["client_secret"] if "client_secret" in given else ECKey.import_key(given["client_key"])
session = OAuth2Session(
    given["client_id"],
    secret,
    token_endpoint_auth_method=given["method"],
    revocation_endpoint_auth_method=given["method"],
)
session.register_client_auth_method(PrivateKeyJWT(token_endpoint, alg="ES256"))

first = session.fetch_token(token_endpoint, **given["exchange"])
second = dict(session.refresh_token(token_endpoint, refresh_token=first["refresh_token"]))


def active():
    return session.introspect_token(given["issuer"] + "/auth/introspect", token=second["access_token"]).json()["active"]


before = active()
revoked = session.revoke_token(given["issuer"] + "/auth/revoke", token=second["refresh_token"])
json.dump(
    {
        "rotated": first["refresh_token"] != second["refresh_token"],
        "scope": second["scope"],
        "active": [before, active()],
        "revoked": [revoked.status_code, revoked.json()],
    },
    sys.stdout,
)
