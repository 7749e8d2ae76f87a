// The recipes in Node, with keys that are fetched as the recipes say.
import "./quiet.mjs";
import { after, test } from "node:test";
import { createSts } from "edge-sts";
import { ADMIN_TOKEN, ISSUER, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";
import { inProcess } from "../suites/in_process.mjs";
import { recipeCases } from "../suites/recipes.mjs";
import { recipeIssuers } from "./recipe_issuers.mjs";

const issuers = await recipeIssuers();
after(() => issuers.close());
const options = { issuer: ISSUER, signingKeys: SIGNING_KEYS, adminToken: ADMIN_TOKEN, onEvent: () => undefined };
const sts = await inProcess(({ now }) => createSts({ ...options, now, resources: RESOURCES }));

for (const { name, run } of recipeCases(issuers.place)) test(name, () => run(sts));
