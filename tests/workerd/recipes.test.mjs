// The recipes in the Worker, with keys that are fetched as the recipes say.
import { after, test } from "node:test";
import { recipeIssuers } from "../node/recipe_issuers.mjs";
import { install } from "../suites/fixture.mjs";
import { recipeCases } from "../suites/recipes.mjs";
import { folder, startWorker } from "./worker.mjs";

const issuers = await recipeIssuers();
const place = folder();
const sts = await startWorker({ path: place.path });
after(async () => {
  await sts.stop();
  await issuers.close();
  place.remove();
});
await install(sts);

for (const { name, run } of recipeCases(issuers.place)) test(name, () => run(sts));
