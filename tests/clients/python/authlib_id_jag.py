"""Authlib's grant for identity assertions: makes one, or verifies one as the authorization server that redeems it."""

import json
import sys
import time

from authlib.oauth2.drafts.id_jag import IDJAGGrant
from joserfc.jwk import ECKey

given = json.load(sys.stdin)


class Redeemer(IDJAGGrant):
    def __init__(self):
        pass  # no server behind it: the assertion alone is looked at

    def get_audiences(self):
        return [given["audience"]]

    def resolve_issuer_key(self, issuer, headers):
        assert issuer == given["issuer"], issuer
        return given["keys"]


if "key" in given:
    now = int(time.time())
    made = IDJAGGrant.sign(
        ECKey.import_key(given["key"]),
        given["issuer"],
        given["audience"],
        "alice",
        given["client_id"],
        issued_at=now,
        expires_at=now + 120,
        claims={"resource": given["resource"], "scope": "tools"},
        header={"alg": "ES256"},
    )
else:
    made = dict(Redeemer()._process_assertion_claims(given["assertion"]))
json.dump(made, sys.stdout)
