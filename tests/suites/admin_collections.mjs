// The administrator's requests for several resources (contract 3.6): lists, history, bundles, backups.
import { equal, ok, same } from "./assert.mjs";
import { administer, BEARER, CLIENT, freshId, INTROSPECTOR, outcome, servingGood } from "./administrator.mjs";
import { TRUSTED } from "./fixture.mjs";

export default servingGood([
  {
    name: "lists are pages, found by what they are asked for",
    async run(sts) {
      const name = freshId();
      const ids = [1, 2, 3].map((number) => `${name}-${number}`);
      const value = `value of ${name}`;
      for (const id of ids) await administer(sts, "PUT", `/User/${id}`, { userName: name });
      await administer(sts, "PUT", `/User/${ids[1]}`, {
        userName: name,
        identifier: [{ system: "https://pages.example", value }],
      });
      const list = async (query) => (await administer(sts, "GET", `/User?${new URLSearchParams(query)}`)).body;
      const idsOf = ({ entry }) => entry.map(({ resource }) => resource.id);
      const first = await list({ name, _count: 2 });
      same([first.total, idsOf(first)], [3, ids.slice(0, 2)], "the first page");
      const next = first.link.find(({ relation }) => relation === "next").url;
      const second = (await administer(sts, "GET", next.slice(next.indexOf("/User")))).body;
      same([second.total, idsOf(second)], [3, ids.slice(2)], "the second");
      same(
        second.link.map(({ relation }) => relation),
        ["self", "previous"],
        "its links",
      );
      same(idsOf(await list({ identifier: `https://pages.example|${value}` })), [ids[1]], "by identifier");
      same(idsOf(await list({ name, _id: ids[2] })), [ids[2]], "by id and name");
      same(idsOf(await list({ name: "another", _id: ids[2] })), [], "by id, of another name");
      const { body } = await administer(sts, "GET", `/TokenIntrospector?iss=${encodeURIComponent(TRUSTED.main.iss)}`);
      same(
        body.entry.map(({ resource }) => resource.jwt.iss),
        [TRUSTED.main.iss],
        "by issuer",
      );
      for (const query of ["email=a", "_sort=id", "_count=0", "_count=1001", "_page=0", "_id=a&_id=b", "iss=a"]) {
        outcome(await administer(sts, "GET", `/User?${query}`), 400);
      }
      for (const [path, most] of [
        ["/User?_count=1001", "1,000"],
        ["/$export?_count=101", "100"],
      ]) {
        const { status, body } = await administer(sts, "GET", path);
        same([status, body.issue[0].diagnostics], [400, `_count is out of its range: 1 to ${most}.`], path);
      }
      for (const id of ids) equal((await administer(sts, "DELETE", `/User/${id}`)).status, 200, "DELETE");
    },
  },
  {
    name: "the versions of a resource, newest first, without secrets",
    async run(sts) {
      const id = freshId();
      for (const name of ["first", "second"]) await administer(sts, "PUT", `/Client/${id}`, { ...CLIENT, name });
      await administer(sts, "DELETE", `/Client/${id}`);
      const { status, body, text } = await administer(sts, "GET", `/Client/${id}/_history`);
      same([status, body.type, body.total], [200, "history", 3], "history");
      ok(!text.includes("__sha256"), "a digest is shown");
      same(
        body.entry.map(({ request, resource }) => [request.method, resource?.name, resource?.secret]),
        [
          ["DELETE", undefined, undefined],
          ["PUT", "second", "***"],
          ["PUT", "first", "***"],
        ],
        "entries",
      );
      equal(body.entry[0].administrator, "administrator", "who");
      const again = await administer(sts, "PUT", `/Client/${id}`, CLIENT);
      same([again.status, again.headers.get("etag")], [201, 'W/"4"'], "versions do not begin again");
      await administer(sts, "DELETE", `/Client/${id}`);
    },
  },
  {
    name: "a bundle is done whole or not at all; a backup brings it back",
    async run(sts) {
      const [id, other] = [freshId(), freshId()];
      const introspector = (iss) => ({ ...INTROSPECTOR, jwt: { ...INTROSPECTOR.jwt, iss } });
      const put = (url, resource) => ({ resource, request: { method: "PUT", url } });
      const remove = (url) => ({ request: { method: "DELETE", url } });
      const send = (entry, path = "/") =>
        administer(sts, "POST", path, { resourceType: "Bundle", type: "transaction", entry });
      const [a, b] = [`https://a.example/${id}`, `https://b.example/${id}`];
      const [own, others] = [`TokenIntrospector/${id}`, `TokenIntrospector/${other}`];
      equal((await send([put(own, introspector(a)), put(others, introspector(b))])).status, 200, "both");
      equal((await send([put(own, introspector(b)), put(others, introspector(a))])).status, 200, "exchanged");
      outcome(
        await send([remove(own), put(others, { ...introspector(a), unknown: 1 })]),
        422,
        ".TokenIntrospector.unknown",
      );
      equal((await administer(sts, "GET", `/${own}`)).body.jwt.iss, b, "nothing was done");
      outcome(await send([put(`User/${id}`, {}), put(`TokenIntrospector/${id}-3`, introspector(a))]), 409);
      equal((await administer(sts, "GET", `/User/${id}`)).status, 404, "nothing was done");

      const stored = (await administer(sts, "GET", `/${own}`)).body.meta.instance;
      let kept;
      for (let page = 1; kept === undefined; page += 1) {
        const answer = await sts.fetch(`/$export?secrets=shared&_count=50&_page=${page}`, {
          headers: { authorization: BEARER },
        });
        const { entry, link } = await answer.json();
        kept = entry.find(({ request }) => request.url === own);
        ok(kept !== undefined || link.some(({ relation }) => relation === "next"), "it is in the backup");
      }
      equal((await send([remove(own)])).status, 200, "deleted");
      equal((await send([kept], "/$import")).status, 200, "restored");
      equal((await administer(sts, "GET", `/${own}`)).body.meta.instance, stored, "the same instance");
      equal((await send([remove(own), remove(others)])).status, 200, "deleted");
    },
  },
]);
