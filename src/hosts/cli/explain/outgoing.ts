import type { Answer, Outgoing } from "../../outgoing.js";
import { platform, providePlatform } from "../../platform.js";

/** Where the keys of `--keys` are said to be. Nothing has such a name (RFC 2606 section 2). */
export const KEYS_URL = "https://keys.invalid/jwks";

/**
 * What a trial may send from now on. `keys`: the text of a JWK Set, which answers `KEYS_URL`; `fetch`: the rest is really
 * sent, by the code and the rules of `edge-sts serve`, each request once. Otherwise nothing is.
 */
export function provideOutgoing({ keys, fetch }: { keys?: string | undefined; fetch: boolean }): void {
  const own = platform();
  const answers = new Map<string, Promise<Answer>>();
  const send = (request: Outgoing, privateHosts?: readonly string[]): Promise<Answer> => {
    if (request.url === KEYS_URL && keys !== undefined) return Promise.resolve({ status: 200, body: keys });
    if (!fetch) return Promise.resolve({ unanswered: "no_answer" });
    const name = JSON.stringify([request.url, request.form, request.authorization]);
    const answer = answers.get(name) ?? own.send(request, privateHosts);
    answers.set(name, answer);
    return answer;
  };
  providePlatform({ ...own, send });
}
