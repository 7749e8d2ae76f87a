// What a page does in another way than a server. Entry points for browsers import it first.
import { send } from "./outgoing.js";
import { providePlatform } from "./platform.js";
import * as webCrypto from "./web_crypto.js";

// Pages say themselves who they are, and to do it for them would make browsers ask the issuer for leave first.
providePlatform({ ...webCrypto, send: ({ user_agent: _userAgent, ...request }) => send(request) });
