"""The MCP SDK's client of enterprise-managed authorization: it asks an MCP server, is told 401, and redeems the assertion."""

import asyncio
import json
import sys

import httpx2
from mcp.client.auth.extensions.identity_assertion import IdentityAssertionOAuthProvider

given = json.load(sys.stdin)


class Storage:
    tokens = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return None

    async def set_client_info(self, info):
        pass


async def assertion(audience, resource):
    assert audience == given["issuer"] and resource == given["mcp"], (audience, resource)
    return given["assertion"]


async def main():
    provider = IdentityAssertionOAuthProvider(
        server_url=given["mcp"],
        storage=Storage(),
        client_id="app-at-mcp",
        client_secret=given["secret"],
        issuer=given["issuer"],
        assertion_provider=assertion,
        scope="tools",
        token_endpoint_auth_method=given["method"],
    )
    async with httpx2.AsyncClient(auth=provider) as client:
        response = await client.post(given["mcp"], json={})
        response.raise_for_status()
        json.dump(response.text, sys.stdout)


asyncio.run(main())
