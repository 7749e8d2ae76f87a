# Authlib (PyPI) with Flask. Its ID-JAG grant is Authlib's own; the token-exchange grant is ours, as an operator would
# write it on Authlib's BaseGrant: what the suite tests here is the server around it. argv: the port.
import json
import os
import sys

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.drafts.id_jag import IDJAGGrant
from authlib.oauth2.rfc6749 import BaseGrant, ClientMixin, InvalidRequestError, InvalidScopeError, OAuth2Error
from authlib.oauth2.rfc6749 import TokenEndpointMixin, UnauthorizedClientError, list_to_scope, scope_to_list
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import Flask, request as flask_request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry
from joserfc.jwk import OctKey

PORT = int(sys.argv[1])
ISSUER_URL = f"http://127.0.0.1:{PORT}"
SHARED = json.loads(os.environ["CONFORMANCE_CONFIGURATION"])
KEY = OctKey.import_key(SHARED["SECRET"])
JWT = SHARED["TYPE"]["jwt"]
ACCESS_TOKEN = SHARED["TYPE"]["accessToken"]
JWT_BEARER = IDJAGGrant.GRANT_TYPE
TOKENS = {}
USED = set()


class Client(ClientMixin):
    def __init__(self, client_id, client_secret):
        self.client_id = client_id
        self.client_secret = client_secret

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return list_to_scope([name for name in scope_to_list(scope or "") if name in SHARED["SCOPES"]])

    def check_redirect_uri(self, redirect_uri):
        return False

    def check_client_secret(self, client_secret):
        return self.client_secret == client_secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type):
        return False

    def check_grant_type(self, grant_type):
        return self.client_id != "idle" and grant_type in (SHARED["EXCHANGE"], JWT_BEARER)


CLIENTS = {name: Client(name, secret) for name, secret in SHARED["CLIENTS"].items()}


class InvalidTarget(OAuth2Error):
    error = "invalid_target"


class TokenExchangeGrant(BaseGrant, TokenEndpointMixin):
    GRANT_TYPE = SHARED["EXCHANGE"]
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def validate_token_request(self):
        client = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError()
        self.request.client = client
        form = flask_request.form
        single = ["grant_type", "subject_token", "subject_token_type", "actor_token", "actor_token_type"]
        for name in [*single, "requested_token_type", "scope", "client_id", "client_secret"]:
            if len(form.getlist(name)) > 1:
                raise InvalidRequestError("a parameter is repeated")
        if form.get("requested_token_type") not in (None, "", ACCESS_TOKEN):
            raise InvalidRequestError("unsupported requested_token_type")
        claims = self.verified(form.get("subject_token"), form.get("subject_token_type"))
        act = claims.get("act")
        if form.get("actor_token"):
            actor = self.verified(form.get("actor_token"), form.get("actor_token_type"))
            allowed = claims.get("may_act") or {}
            if (allowed.get("iss"), allowed.get("sub")) != (actor["iss"], actor["sub"]):
                raise InvalidRequestError("the actor may not act for the subject")
            act = {"iss": actor["iss"], "sub": actor["sub"], **({"act": act} if act else {})}
        elif form.get("actor_token_type"):
            raise InvalidRequestError("actor_token_type without actor_token")
        audience = [name for name in form.getlist("audience") if name]
        resource = [name for name in form.getlist("resource") if name]
        if any(name not in SHARED["AUDIENCES"] for name in audience):
            raise InvalidTarget()
        if any(name not in SHARED["RESOURCES"] for name in resource):
            raise InvalidTarget()
        self.targets = list(dict.fromkeys([*audience, *resource])) or SHARED["AUDIENCES"][:1]
        self.scope = form.get("scope") or ""
        if any(name not in SHARED["SCOPES"] for name in self.scope.split(" ") if name):
            raise InvalidScopeError()
        self.request.user = claims["sub"]
        self.act = act

    def verified(self, token, kind):
        if not token or kind != JWT:
            raise InvalidRequestError("a token of type jwt is required")
        try:
            # joserfc refuses unknown header parameters unless it is told not to (RFC 7515 section 4).
            registry = JWSRegistry(algorithms=["HS256"], strict_check_header=False)
            found = jwt.decode(token, KEY, registry=registry)
            rules = jwt.JWTClaimsRegistry(
                leeway=60,
                iss={"essential": True, "value": SHARED["ISSUER"]},
                sub={"essential": True},
                exp={"essential": True},
                aud={"essential": True, "value": ISSUER_URL},
            )
            rules.validate(found.claims)
        except (JoseError, ValueError, TypeError):
            raise InvalidRequestError("the token is not accepted") from None
        claims = found.claims
        objects = all(isinstance(claims.get(name), (dict, type(None))) for name in ("act", "may_act"))
        texts = all(isinstance(claims.get(name), str) for name in ("iss", "sub"))
        if not objects or not texts or found.header.get("typ", "JWT").upper() != "JWT":
            raise InvalidRequestError("the token is not accepted")
        return claims

    def create_token_response(self):
        token = self.generate_token(user=self.request.user, scope=self.scope, include_refresh_token=False)
        if not token.get("scope"):
            token.pop("scope", None)
        token["issued_token_type"] = ACCESS_TOKEN
        TOKENS[token["access_token"]] = {
            "sub": self.request.user,
            "client_id": self.request.client.client_id,
            "aud": self.targets[0] if len(self.targets) == 1 else self.targets,
            "scope": self.scope or None,
            "act": self.act,
        }
        return 200, token, self.TOKEN_RESPONSE_HEADER


class IdJag(IDJAGGrant):
    def get_audiences(self):
        return [ISSUER_URL]

    def resolve_issuer_key(self, issuer, headers):
        if issuer != SHARED["ISSUER"]:
            from authlib.oauth2.rfc6749 import InvalidGrantError

            raise InvalidGrantError()
        return KEY

    def authenticate_user(self, subject):
        return subject

    def check_jti(self, claims, jti):
        fresh = jti not in USED
        USED.add(jti)
        return fresh

    def check_id_jag_permission(self, client, user, scopes):
        return True


class Introspection(IntrospectionEndpoint):
    CLIENT_AUTH_METHODS = ["client_secret_basic"]

    def query_token(self, token_string, token_type_hint):
        found = TOKENS.get(token_string)
        return None if found is None else Token(token_string, found)

    def check_permission(self, token, client, request):
        return True

    def introspect_token(self, token):
        members = {name: value for name, value in token.found.items() if value is not None}
        return {"active": True, "token_type": "Bearer", **members}


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = ["client_secret_basic"]

    def query_token(self, token_string, token_type_hint):
        found = TOKENS.get(token_string)
        return None if found is None else Token(token_string, found)

    def revoke_token(self, token, request):
        TOKENS.pop(token.value, None)


class Token:
    def __init__(self, value, found):
        self.value = value
        self.found = found

    def check_client(self, client):
        return self.found["client_id"] == client.client_id

    def is_expired(self):
        return False

    def is_revoked(self):
        return False


app = Flask(__name__)
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it is on loopback
server = AuthorizationServer(app, query_client=CLIENTS.get, save_token=lambda token, request: None)
server.register_grant(TokenExchangeGrant)
server.register_grant(IdJag)
server.register_endpoint(Introspection)
server.register_endpoint(Revocation)


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/introspect")
def introspect():
    return server.create_endpoint_response(Introspection.ENDPOINT_NAME)


@app.post("/revoke")
def revoke():
    return server.create_endpoint_response(Revocation.ENDPOINT_NAME)


app.run("127.0.0.1", PORT, threaded=False)
