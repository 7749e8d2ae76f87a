// The way of the tokens over both services, drawn: a panel for each token, and below them what ties them together.
import { chainPicture } from "./chain.js";
import { lifetime } from "./claims.js";
import { element, make } from "./elements.js";
import { jsonText } from "./json_text.js";
import { APP, APP_THERE, COMPANY, SERVER } from "./mcp.js";
import { answered } from "./opening.js";
import { explain } from "./reasons.js";
import { claimRows, refusal, showToken } from "./result.js";
import { stepper } from "./steps.js";
import { decode } from "./tokens.js";

/** @import { Journey, McpTrial } from "./mcp.js" */
/** @import { Answer } from "./service.js" */

/** @typedef {Record<string, unknown>} Claims */

/** Nothing came of it, and nothing of an earlier journey stays. */
export function showJourneyFailed() {
  for (const id of ["id-claims", "id-token", "mcp-chain"]) element(id).replaceChildren();
  say("assertion", "refused", "The page failed", "The services of this page gave no answer. Load the page again.");
  element("assertion-issued").hidden = true;
  showNothing();
  for (const which of /** @type {const} */ (["company", "server"])) showLog(which, undefined, "");
  element("mcp-sentence").textContent = "";
  element("mcp-chain").hidden = true;
  const brief = element("brief");
  brief.setAttribute("href", "#assertion");
  brief.dataset.status = "refused";
  brief.textContent = "The page failed";
  element("mcp").dataset.outcome = "failed";
}

/**
 * @param {Journey} journey
 * @param {McpTrial | undefined} trial
 */
export function showJourney({ idToken, asserted, redeemed }, trial) {
  element("id-claims").replaceChildren(...claimRows(undefined, idToken.claims));
  showToken("id", idToken.token);

  const assertion = decode(String(asserted.body.access_token))?.claims;
  const seconds = Number(asserted.body.expires_in);
  showAnswer("assertion", asserted, idToken.claims, trial, {
    title: "Issued",
    why: `Good for ${lifetime(seconds)} and for one use, by ${APP_THERE} alone. It opens nothing by itself.`,
  });
  const given = { title: "Redeemed", why: "An access token for the MCP server and nothing else." };
  if (redeemed !== undefined) showAnswer("access", redeemed, assertion ?? {}, trial, given);
  else showNothing();

  const jti = String(assertion?.jti ?? "");
  showLog("company", asserted.event, jti);
  showLog("server", redeemed?.event, jti);
  const isDone = redeemed?.status === 200;
  const ended = redeemed === undefined ? COMPANY : SERVER;
  const sentence = isDone ? sentenceOf(String(assertion?.sub), jti) : endOf(ended);
  element("mcp-sentence").textContent = sentence;
  element("mcp-chain").replaceChildren(...(isDone ? stepped(linksOf(assertion ?? {}), sentence) : []));
  element("mcp-chain").hidden = !isDone;

  const brief = element("brief");
  brief.setAttribute("href", redeemed === undefined ? "#assertion" : "#access");
  brief.dataset.status = isDone ? "ok" : "refused";
  brief.textContent = isDone ? "Access token for the MCP server" : `Refused by ${hostOf(ended)}`;
  // Not `status`: each service has its own, and this one is about both.
  element("mcp").dataset.outcome = brief.dataset.status;
}

/**
 * What a service answered.
 * @param {"assertion" | "access"} which
 * @param {Answer} answer
 * @param {Claims} before  of the token that it was given
 * @param {McpTrial | undefined} trial
 * @param {{ title: string, why: string }} good
 */
function showAnswer(which, answer, before, trial, good) {
  const isIssued = answer.status === 200;
  element(`${which}-issued`).hidden = !isIssued;
  if (isIssued) {
    const token = String(answer.body.access_token);
    element(`${which}-claims`).replaceChildren(...claimRows(before, decode(token)?.claims ?? {}));
    showToken(which, token);
    say(which, "ok", good.title, good.why);
    return;
  }
  const { origin, why } = explain(String(answer.event?.reason));
  say(which, "refused", `Refused: ${origin.toLowerCase()}`, why, [
    make("p", {}, make("strong", {}, "What to do: "), trial?.todo ?? ""),
    refusal(answer, "mcp-"),
  ]);
}

function showNothing() {
  say("access", "idle", "Not reached", "Without an assertion there is nothing to redeem.");
  element("access-issued").hidden = true;
}

/**
 * @param {"assertion" | "access"} which
 * @param {"ok" | "refused" | "idle"} status
 * @param {string} title
 * @param {string} why
 * @param {Node[]} [more]
 */
function say(which, status, title, why, more = []) {
  answered();
  element(`${which}-answer`).dataset.status = status;
  element(`${which}-title`).textContent = title;
  element(`${which}-why`).textContent = why;
  element(`${which}-more`).replaceChildren(...more);
}

/**
 * An audit event, with the number of the assertion marked in it.
 * @param {"company" | "server"} which
 * @param {Claims | undefined} event
 * @param {string} jti
 */
function showLog(which, event, jti) {
  const text = event === undefined ? "Nothing: no request came." : jsonText(event);
  const parts = jti === "" ? [text] : text.split(jti);
  const marked = parts.flatMap((part, index) => (index === 0 ? [part] : [make("mark", {}, jti), part]));
  element(`${which}-event`).replaceChildren(...marked);
}

/**
 * @param {string} sub
 * @param {string} jti
 */
function sentenceOf(sub, jti) {
  return `${APP} asked for ${sub}, by the assertion ${jti}: ${hostOf(COMPANY)} issued it and ${hostOf(SERVER)} redeemed it.`;
}

/** @param {string} service */
function endOf(service) {
  return `${hostOf(service)} refused this request. Its log says who asked, and why not.`;
}

/** @param {Claims} assertion */
function linksOf(assertion) {
  return [
    { name: String(assertion.sub), role: "the employee: whose rights these are" },
    { name: APP, role: "the app that asked", verb: "showed the ID token of" },
    { name: hostOf(COMPANY), role: `assertion ${assertion.jti}`, verb: "vouched for" },
    { name: hostOf(SERVER), role: `access token for ${assertion.client_id}`, verb: "redeemed the assertion of" },
    { name: hostOf(String(assertion.resource)), role: "the MCP server", verb: "takes the token of" },
  ];
}

/**
 * @param {ReturnType<typeof linksOf>} links
 * @param {string} sentence
 */
function stepped(links, sentence) {
  const picture = chainPicture(links, sentence);
  const steps = links.map(({ name, verb }, link) => ({
    link,
    text: verb === undefined ? `${name} has signed in.` : `${name} ${verb} ${links[link - 1]?.name}.`,
  }));
  return [picture, stepper(picture, steps)];
}

/** @param {string} address */
function hostOf(address) {
  return new URL(address).host;
}
