"""requests-oauth2client: an exchange, userinfo and a refresh with DPoP; it asks again with the nonce by itself."""

import json
import sys

import requests
from jwskate import Jwt
from requests_oauth2client import DPoPKey, OAuth2Client

given = json.load(sys.stdin)
client = OAuth2Client(
    token_endpoint=given["issuer"] + "/auth/token",
    client_id=given["client_id"],
    client_secret=given["client_secret"],
    dpop_bound_access_tokens=True,
    testing=True,  # http, on loopback
)
key = DPoPKey.generate()
first = client.token_exchange(dpop=True, dpop_key=key, **given["exchange"])
user = requests.get(given["issuer"] + "/auth/userinfo", auth=first)
second = client.refresh_token(first, dpop=True, dpop_key=key)
json.dump(
    {
        "jkt": key.dpop_jkt,
        "token_types": [first.token_type, second.token_type],
        "cnf": [Jwt(token.access_token).claims["cnf"] for token in (first, second)],
        "user": user.json()["sub"],
    },
    sys.stdout,
)
