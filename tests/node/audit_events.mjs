// Audit events against their schema, of which the TypeScript types are made.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import Ajv from "ajv";

const schema = JSON.parse(readFileSync(new URL("../../dist/schema.json", import.meta.url), "utf8"));
const ajv = new Ajv({ strictTypes: false, strictRequired: false, validateFormats: false }).addSchema(schema, "all");
const kinds = schema.definitions.AuditEvent.oneOf.map(({ title }, index) => [
  title,
  ajv.compile({ $ref: `all#/definitions/AuditEvent/oneOf/${index}` }),
]);

/** The name of the one kind, a type of the package, that an event is of. Fails where it is of none or of several. */
export function kindOf(event) {
  const matching = kinds.filter(([, validate]) => validate(event)).map(([title]) => title);
  assert.equal(matching.length, 1, `${matching} ${JSON.stringify(event)}`);
  return matching[0];
}

/** The names of all kinds. */
export const KINDS = kinds.map(([title]) => title);
