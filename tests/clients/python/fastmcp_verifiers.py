"""FastMCP's verifiers, as the resource server of an MCP server: what they say of each token."""

import asyncio
import json
import sys

from fastmcp.server.auth.providers.introspection import IntrospectionTokenVerifier
from fastmcp.server.auth.providers.jwt import JWTVerifier

given = json.load(sys.stdin)
issuer, audience = given["issuer"], given["audience"]
verifiers = {
    "JWTVerifier": JWTVerifier(
        jwks_uri=issuer + "/.well-known/jwks.json",
        issuer=issuer,
        audience=audience,
        algorithm="ES256",
        required_scopes=["read"],
    ),
    "IntrospectionTokenVerifier": IntrospectionTokenVerifier(
        introspection_url=issuer + "/auth/introspect",
        client_id="resource-server",
        client_secret=given["secret"],
        audience=audience,
        required_scopes=["read"],
    ),
}


async def verify(verifier, token):
    access = await verifier.verify_token(token)
    return None if access is None else [access.client_id, sorted(access.scopes)]


async def main():
    said = {}
    for name, verifier in verifiers.items():
        said[name] = {kind: await verify(verifier, token) for kind, token in given["tokens"].items()}
    json.dump(said, sys.stdout)


asyncio.run(main())
