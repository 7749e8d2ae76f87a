"""google-auth as a client: a credential file of the type external_account, without anything of Google's."""

import json
import sys
import time

import google.auth
from google.auth.exceptions import OAuthError
from google.auth.transport.requests import Request

given = json.load(sys.stdin)
credentials, _ = google.auth.load_credentials_from_file(given["file"], scopes=given.get("scopes"))
try:
    credentials.refresh(Request())
    lives = credentials.expiry.timestamp() - time.timezone - time.time()
    json.dump({"token": credentials.token, "lives": round(lives)}, sys.stdout)
except OAuthError as error:
    json.dump({"error": str(error)}, sys.stdout)
