// What a resource may say: the package's own tables, of which `edge-sts/schema.json`, the OpenAPI description and the TypeScript
// types are made.

/** @typedef {Record<string, any>} Schema */
/** @typedef {"Client" | "TokenIntrospector" | "User"} ResourceType */

/** The schemas by their names. Where the site was not built, this fails. */
export async function schemas() {
  /** @type {{ resources: Record<string, Schema> }} */
  const { resources } = await import("./edge-sts/openapi/resources.js");
  return resources;
}

/**
 * The schema of a resource, with what its references lead to.
 * @param {ResourceType} type
 * @returns {Promise<Schema>}
 */
export async function schemaOf(type) {
  const all = await schemas();
  return JSON.parse(JSON.stringify(all[type]), (_name, value) => {
    const name = value?.$ref?.split("/").at(-1);
    return name === undefined ? value : { ...all[name], ...value };
  });
}
