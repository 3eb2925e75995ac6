import { expect, test } from "vitest";
import { startApi } from "../support/api.ts";
import { fleetRows } from "../support/api-fleet.ts";

async function searched() {
  const api = await startApi();
  await fleetRows(api.database);
  await api.database.query({
    text: `insert into releases (id, application, number, revision, spec_digest, spec, author, message, committed_at)
           select 'r' || n, 'web', n, 'abc' || n || repeat('0', 36), 'sd', '{}', 'Ada', 'mend the login' || E'\\n\\nlong story', now() from generate_series(40, 60) n`,
  });
  await api.database.query({
    text: `insert into rollouts (id, application, environment, scope, change_id, release_id, revision, phase, strategy, actor, reason)
           values ('01234567-aaaa', 'web', 'production', 'Environment', 'c', 'r42', 'abc42', 'Running', '{}', 'ada', 'go')`,
  });
  const client = api.client(await api.tokenOf("viewer"));
  return async (q: string) =>
    (await client("search", { query: { q } })).items.map(({ kind, title, detail }) => `${kind} ${title}: ${detail}`);
}

test("finds what a person has in mind, the closest name first", async () => {
  const search = await searched();
  expect(await search("eu-1")).toEqual(["Cluster eu-1: Connected"]);
  expect(await search("-1")).toEqual(["Cluster eu-1: Connected", "Cluster old-1: Revoked", "Cluster us-1: Offline"]);
  expect(await search("ld-1")).toEqual(["Cluster old-1: Revoked"]);
  expect(await search(" PROD ")).toEqual(["Environment production: undefined"]);
  expect(await search("web-42")).toEqual(["Release web-42: abc420000000 mend the login"]);
  expect(await search("abc42")).toEqual(["Release web-42: abc420000000 mend the login"]);
  expect(await search("01234567")).toEqual(["Rollout web-42 to production: Running"]);
  expect((await search("web")).map((hit) => hit.split(":")[0])).toEqual([
    "Application web",
    "Release web-58",
    "Release web-59",
    "Release web-60",
    "Rollout web-42 to production",
  ]);
});

test.each(["%", "_", "'", "\\", "web-99999999999999", "\u{1F600}", "a".repeat(100)])("takes %j for text and nothing else", async (q) => {
  const search = await searched();
  expect(await search(q)).toEqual([]);
});
