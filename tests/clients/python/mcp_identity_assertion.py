"""The MCP SDK's client of enterprise-managed authorization: it asks an MCP server, is told 401, and redeems the assertion."""

import asyncio
import os

import httpx2
from mcp.client.auth.extensions.identity_assertion import IdentityAssertionOAuthProvider


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
    assert audience == os.environ["ISSUER"] and resource == os.environ["MCP"], (audience, resource)
    return os.environ["ASSERTION"]


async def main():
    provider = IdentityAssertionOAuthProvider(
        server_url=os.environ["MCP"],
        storage=Storage(),
        client_id="app-at-mcp",
        client_secret=os.environ["SECRET"],
        issuer=os.environ["ISSUER"],
        assertion_provider=assertion,
        scope="tools",
        token_endpoint_auth_method=os.environ["METHOD"],
    )
    async with httpx2.AsyncClient(auth=provider) as client:
        response = await client.post(os.environ["MCP"], json={})
        response.raise_for_status()
        print(response.text)


asyncio.run(main())
