import { format } from "./lint.mjs";
import { task } from "./setup.mjs";

await task(import.meta, format);
