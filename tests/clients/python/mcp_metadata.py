"""The metadata, by the model that MCP clients in Python read it with."""

import json
import sys
import urllib.request

from mcp.shared.auth import OAuthMetadata

issuer = json.load(sys.stdin)["issuer"]
read = {}
for name in ("oauth-authorization-server", "openid-configuration"):
    with urllib.request.urlopen(f"{issuer}/.well-known/{name}") as response:
        metadata = OAuthMetadata.model_validate_json(response.read())
    read[name] = [str(metadata.issuer), str(metadata.authorization_endpoint), str(metadata.token_endpoint)]
json.dump(read, sys.stdout)
