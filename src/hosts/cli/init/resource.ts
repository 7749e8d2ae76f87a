/** A resource as it is written to resources.json. */
export type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string; readonly id: string };
