// The administrator of the Workers that are measured: resources are stored as one stores them.
import assert from "node:assert/strict";

export const ADMIN_TOKEN = "the administrator of the benchmark";

/** Stores resources at the Worker that listens at `url`, which knows none of them yet. */
export async function store(url, resources) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  for (const resource of resources) {
    const target = new URL(`/${resource.resourceType}/${resource.id}`, url);
    const response = await fetch(target, { method: "PUT", headers, body: JSON.stringify(resource) });
    assert.equal(response.status, 201, await response.text());
  }
}
