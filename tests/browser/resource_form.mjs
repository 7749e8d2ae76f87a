// A form of a resource, on each page that has one: its members, and how one adds them.

/** The row of a member. @param form the form, or what it is in */
export const memberIn = (form, name) => form.locator(`.member[data-member="${name}"]`);

/** Adds a member that the resource does not have, which then has the focus. */
export async function addMember(form, name) {
  const menu = form.locator(".add-member");
  const value = await menu.locator(`option:text-matches("\\\\(${name}\\\\)$")`).first().getAttribute("value");
  await menu.locator("select").selectOption(value);
  await menu.getByRole("button").click();
}
