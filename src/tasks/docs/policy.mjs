/**
 * The Content-Security-Policy of the documentation. Vue's policy for trusted types takes the HTML that the build made; images
 * in `data:` are the theme's icons. Nothing comes from another host, and no script or style stands in a page.
 */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vue";

/** Its rule in `www/_headers`, where the rule for every path has set the page's own policy. */
export const HEADERS = `
/docs/*
  ! Content-Security-Policy
  Content-Security-Policy: ${POLICY}
`;
