// Good answers that several parts look at.

/** The answer to the good exchange. */
export async function good(t) {
  const answer = await (await t.exchange()).send();
  t.issued(answer);
  return answer;
}

/** The good exchange for all scopes of the target's file. */
export async function scoped(t) {
  const scope = t.target.scope.join(" ");
  t.given(scope !== "", "the target's file has no scope");
  const answer = await (await t.exchange()).set("scope", scope).send();
  t.issued(answer);
  return answer;
}
