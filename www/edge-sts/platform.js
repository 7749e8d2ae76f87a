import { send } from "./outgoing.js";
import * as webCrypto from "./web_crypto.js";
let provided = { ...webCrypto, send };
/** Called once by an entry point that has something better than what the web has. */
export function providePlatform(given) {
  provided = given;
}
/** How this platform does it. */
export function platform() {
  return provided;
}
