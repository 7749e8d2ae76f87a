// The size of the module, beside its budget in package.json. The build prints it; this fails past it.
import { keepBudget } from "../src/tasks/build.mjs";
import { task } from "../src/tasks/setup.mjs";
import { note } from "./measure/rows.mjs";

const told = (size, kept) => note("size", `${(size / 1000).toFixed(0)} kB`, kept);

await task(import.meta, () => keepBudget(told));
