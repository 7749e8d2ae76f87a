/** How many versions of a resource are kept. */
export const VERSIONS = 100;
