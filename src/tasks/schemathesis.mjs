// schemathesis tests an HTTP interface against its OpenAPI description.
import { join } from "node:path";
import { pythonEnvironment } from "./python.mjs";

/** The path of the program; undefined where there is no Python to run it. */
export async function schemathesis() {
  const program = await pythonEnvironment("schemathesis", join("tests", "workerd", "openapi", "requirements.txt"));
  return program?.("schemathesis");
}
