// What the Workers with `jose` have in common: a request of a form in, with Basic credentials; an answer of JSON out.
import { Refused } from "../peers/rules.mjs";

const HEADERS = { "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache" };

/** Answers a token request. `exchange(parameters)` gives the members of the answer, or throws. */
export async function answered(request, exchange) {
  try {
    const parameters = Object.fromEntries(new URLSearchParams(await request.text()));
    const [client_id, client_secret] = basic(request.headers.get("authorization"));
    const answer = await exchange({ ...parameters, client_id, client_secret });
    return new Response(JSON.stringify(answer), { headers: HEADERS });
  } catch (error) {
    if (!(error instanceof Refused || String(error?.code).startsWith("ERR_J"))) throw error;
    const body = { error: "invalid_request", error_description: "This is refused." };
    return new Response(JSON.stringify(body), { status: 400, headers: HEADERS });
  }
}

function basic(authorization) {
  if (!authorization?.startsWith("Basic ")) throw new Refused("client");
  const text = atob(authorization.slice("Basic ".length));
  const colon = text.indexOf(":");
  return [text.slice(0, colon), text.slice(colon + 1)].map(decodeURIComponent);
}
