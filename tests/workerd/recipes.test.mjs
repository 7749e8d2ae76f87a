// The recipes in the Worker, with keys that are fetched as the recipes say.
import { after, test } from "node:test";
import { recipeIssuers } from "../node/recipe_issuers.mjs";
import { install } from "../suites/fixture.mjs";
import { recipeCases } from "../suites/recipes.mjs";
import { ownWorker } from "./own_worker.mjs";

const issuers = await recipeIssuers();
const sts = await ownWorker();
after(() => issuers.close());
await install(sts);

for (const { name, run } of recipeCases(issuers.place)) test(name, () => run(sts));
