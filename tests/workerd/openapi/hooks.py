"""Makes some of schemathesis's requests real: with tokens that this service takes, so that its answers are seen, too.

Only requests that follow the description are touched, and only about every second of them.
"""

import itertools
import json
import os
import urllib.request
from base64 import b64encode

import schemathesis

CREDENTIALS = ("client_id", "client_secret", "client_assertion", "client_assertion_type")
ACTOR = ("actor_token", "actor_token_type")
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
SUBJECT = {
    "subject_token": os.environ["SUBJECT_TOKEN"],
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
}


refreshes = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    body = case.body
    if not case.meta.generation.mode.is_positive or not isinstance(body, dict):
        return
    # Of refreshes there are few: they take turns below.
    if body.get("grant_type") != "refresh_token" and every_second(body):
        return
    if case.path == "/auth/token":
        without(body, CREDENTIALS + ACTOR + ("audience", "resource", "scope"))
        if body["grant_type"] == EXCHANGE:
            body.update(SUBJECT)
        elif body["grant_type"] == "refresh_token" and next(refreshes) % 2 == 0:
            body["refresh_token"] = issued()["refresh_token"]
    elif case.path == "/$dry-run":
        without(body, ACTOR + ("assertion", "audience", "dpop_jkt", "grant_type", "requested_token_type", "resource", "scope"))
        body.update(SUBJECT, client_id=os.environ["CLIENT_ID"])
    elif case.path in ("/auth/introspect", "/auth/revoke"):
        without(body, CREDENTIALS)
        body["token"] = issued()["refresh_token" if len(body) % 2 else "access_token"]


def every_second(body):
    return len(json.dumps(body, sort_keys=True)) % 2 == 0


def without(body, names):
    for name in names:
        body.pop(name, None)


def issued():
    """A fresh grant of the client."""
    credentials = b64encode(f"{os.environ['CLIENT_ID']}:{os.environ['CLIENT_SECRET']}".encode()).decode()
    request = urllib.request.Request(
        os.environ["STS"] + "/auth/token",
        data=json.dumps({"grant_type": EXCHANGE, **SUBJECT}).encode(),
        headers={"authorization": f"Basic {credentials}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)
