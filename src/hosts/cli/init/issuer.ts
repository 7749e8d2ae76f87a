import { compile } from "../resource_files.js";

/** Why a text cannot be the issuer of a TokenIntrospector, as the core says it; undefined if it can. */
export function issuerFault(iss: string): string | undefined {
  const one = { resourceType: "TokenIntrospector", id: "one", type: "jwt", jwt: { iss }, discovery: true };
  const { faults } = compile([{ file: "", text: JSON.stringify([one]), single: false }]);
  return faults[0]?.message;
}
