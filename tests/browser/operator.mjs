// The operator's page in Chromium beside the Worker as it is deployed: KV, Durable Objects, and the page from its assets with
// their headers.
import { launch } from "./chromium.mjs";
import { textIn } from "./demo.mjs";
import { ADMIN_TOKEN, install } from "../suites/fixture.mjs";
import { folder, startWorker } from "../workerd/worker.mjs";
import { addMember, memberIn } from "./resource_form.mjs";

export const LAPTOP = { width: 1366, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A Worker with the fixture's resources, and a browser. */
export async function operator() {
  const place = folder();
  const sts = await startWorker({ path: place.path });
  const browser = await launch();
  await install(sts);

  /** The page in a new context, nobody signed in. `page.faults` are its errors, `page.requests` what it asked for. */
  async function open(options = { viewport: LAPTOP }, hash = "") {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    [page.faults, page.requests] = [[], []];
    page.on("pageerror", (error) => page.faults.push(String(error)));
    // What the service refuses the browser writes down by itself.
    const isOurs = (message) => !message.text().startsWith("Failed to load resource");
    page.on(
      "console",
      (message) => ["error", "warning"].includes(message.type()) && isOurs(message) && page.faults.push(message.text()),
    );
    page.on("request", (request) => page.requests.push(request));
    await page.goto(new URL(`/admin/${hash}`, sts.url).href);
    await page.getByTestId("token").waitFor();
    return page;
  }

  return {
    sts,
    open,

    /** The page at a place, an administrator signed in. */
    async at(hash, options) {
      const page = await open(options, hash);
      await signIn(page);
      await page.locator("#nav").waitFor();
      await page.locator("main h1").waitFor();
      return page;
    },

    /** A request of another administrator, beside the page. */
    async administer(method, path, body, headers = {}) {
      const response = await sts.fetch(path, {
        method,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    },

    closePages: () => Promise.all(browser.contexts().map((context) => context.close())),

    async close() {
      await browser.close();
      await sts.stop();
      place.remove();
    },
  };
}

export async function signIn(page, token = ADMIN_TOKEN) {
  await page.getByTestId("token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
export const told = (page, text) => page.locator("#told", { hasText: text }).waitFor();
export const save = (page) => page.getByTestId("save").click();

/** The resource in the editor. */
export const resource = async (page) => JSON.parse(await textIn(page, "json"));

/** What one writes into for a member of the form, which is added where the resource does not have it. */
export async function input(page, name) {
  const form = page.locator(".edit .form");
  await form.waitFor();
  const row = memberIn(form, name);
  if ((await row.count()) === 0) await addMember(form, name.split(".").at(-1));
  return row.locator("input, select").first();
}
