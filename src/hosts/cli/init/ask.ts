// What `edge-sts init` asks, where somebody sits at a terminal.
import { createInterface, type Interface } from "node:readline/promises";
import { RECIPES } from "../../recipes/recipes.js";
import { Failure } from "../failure.js";
import { GATEWAYS } from "./gateways.js";
import { changeable, type Purpose } from "./purpose.js";
import { issuerFault } from "./issuer.js";

interface Choice<T extends string> {
  readonly title: string;
  /** What an option of `init` calls it; here it may be typed, too. */
  readonly value: T;
}

/** Asks until it knows. `Failure` where the answers end: nothing is made then. */
export async function askPurpose(
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<Purpose> {
  const terminal = createInterface({ input, output, terminal: true });
  const ended = new Promise<never>((_resolve, reject) => {
    for (const name of ["close", "SIGINT"] as const) {
      terminal.once(name, () => reject(new Failure("Nothing was made.")));
    }
  });
  ended.catch(() => undefined);
  const ask: Ask = (question) => Promise.race([terminal.question(question), ended]);
  try {
    return await purposeOf(ask, output);
  } finally {
    terminal.removeAllListeners("close");
    (terminal satisfies Interface).close();
  }
}

type Ask = (question: string) => Promise<string>;

async function purposeOf(ask: Ask, output: NodeJS.WritableStream): Promise<Purpose> {
  output.write("Enter alone takes what is in brackets. Ctrl+C ends this, and nothing is made.\n\n");
  const kind = await choose(ask, output, "What is it for?", [
    { title: "to try it: with an issuer and a client of its own", value: "try" },
    { title: "tokens of an issuer: GitHub Actions, Kubernetes, Entra ID, …", value: "recipe" },
    { title: "a gateway in front of agents or MCP servers", value: "gateway" },
    { title: "MCP: identity assertions for the apps of a company", value: "mcp" },
  ] as const);
  if (kind === "try") return { kind };
  if (kind === "mcp") return { kind, issuer: await issuer(ask, output, "https://acme.okta.example") };
  if (kind === "gateway") {
    const gateways = Object.entries(GATEWAYS).map(([value, { title }]) => ({ title, value }));
    return { kind, name: await choose(ask, output, "Which gateway?", gateways) };
  }
  const recipes = Object.entries(RECIPES).map(([value, { title }]) => ({ title, value }));
  const name = await choose(ask, output, "Whose tokens?", recipes);
  const { iss, claims } = changeable(RECIPES[name]?.resources ?? []);
  const own = await issuer(ask, output, iss);
  output.write("What must its tokens say? Enter keeps the example, which you can change later in resources.json.\n");
  const given: Record<string, string> = {};
  for (const [claim, example] of Object.entries(claims)) {
    const answer = (await ask(`  ${claim} [${example}]: `)).trim();
    if (answer !== "") given[claim] = answer;
  }
  return { kind, name, issuer: own, claims: given };
}

async function choose<T extends string>(
  ask: Ask,
  output: NodeJS.WritableStream,
  question: string,
  choices: readonly Choice<T>[],
): Promise<T> {
  output.write(`${question}\n${choices.map(({ title }, index) => `  ${index + 1}  ${title}\n`).join("")}`);
  for (;;) {
    const answer = (await ask(`1 to ${choices.length} [1]: `)).trim() || "1";
    const choice = /^[0-9]{1,2}$/.test(answer) ? choices[Number(answer) - 1] : named(answer, choices);
    if (choice !== undefined) return choice.value;
    output.write(`Type a number from 1 to ${choices.length}, or a name.\n`);
  }
}

/** The only choice that begins like an answer: "gitlab", "GitHub Actions". */
function named<T extends string>(answer: string, choices: readonly Choice<T>[]): Choice<T> | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const wanted = plain(answer);
  if (wanted === "") return undefined;
  const isName = ({ title, value }: Choice<T>): boolean => [title, value].some((text) => plain(text) === wanted);
  const begins = ({ title, value }: Choice<T>): boolean =>
    [title, value].some((text) => plain(text).startsWith(wanted));
  const exact = choices.filter(isName);
  const found = exact.length > 0 ? exact : choices.filter(begins);
  return found.length === 1 ? found[0] : undefined;
}

async function issuer(ask: Ask, output: NodeJS.WritableStream, example: string): Promise<string | undefined> {
  for (;;) {
    const answer = (await ask(`Issuer, exactly as in the claim iss of its tokens [${example}]: `)).trim();
    const fault = answer === "" ? undefined : issuerFault(answer);
    if (fault === undefined) return answer || undefined;
    output.write(`${fault}\n`);
  }
}
