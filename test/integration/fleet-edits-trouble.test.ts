import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { waitUntil } from "../support/wait-until.ts";

// One fleet for all tests, which run in this order; the last one takes its git host away.

let world: TestControlPlane;
let replica: Replica;
let api: Client;
let token: string;
const reason = "try it";

beforeAll(async () => {
  world = await prepareControlPlane();
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "environments/production.yaml": "clusterSelector: { matchLabels: { tier: production } }\n",
    "strategies/broken.yaml": "waves: [\n",
    "environments/limping.yaml": "# ours\nclusterSelector: {}\nstrategy: nosuch\n",
  });
  replica = await world.start();
  api = replica.client();
  token = (await readFile(world.tokenFile, "utf8")).trim();
  await waitUntil("the fleet is projected", async () => (await api("listFleetProblems")).items.length === 2, 20_000);
});
afterAll(() => world.stop());

async function send(method: string, path: string, body: unknown): Promise<{ status: number; code: string; text: string }> {
  const response = await replica.fetch(`${replica.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "if-match": "*" },
    ...(method === "DELETE" ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const { code } = JSON.parse(text) as { code?: string };
  return { status: response.status, code: code ?? "", text };
}

test.each([
  "../../clusters/eu-1",
  "..%2f..%2fdrover",
  "Upper",
  "a".repeat(54),
  "-x",
  "a/b",
  ".git",
  "con figuration",
  "x\u0000",
  "ünï",
  "",
])("a name such as %j is refused, and no file is made", async (name) => {
  const head = await world.fleet.pull();
  const made = await send("POST", "/v1/freezes", { name, spec: { reason: "no" }, reason });
  expect([made.status, made.code]).toEqual([400, "REQUEST_INVALID"]);
  const put = await send("PUT", `/v1/freezes/${encodeURIComponent(name)}`, { spec: { reason: "no" }, reason });
  expect([400, 404]).toContain(put.status);
  expect(await world.fleet.pull()).toBe(head);
});

test.each([
  { what: "an unknown member of the spec", body: { spec: { reason: "x", untill: "x" } }, at: "/spec/untill" },
  { what: "an unknown member of the request", body: { spec: { reason: "x" }, force: true }, at: "/force" },
  { what: "a spec that is a list", body: { spec: [] }, at: "/spec" },
  { what: "a prototype", body: '{"name":"a","spec":{"reason":"x","__proto__":{"a":1}},"reason":"r"}', at: undefined },
])("$what is refused by name", async ({ body, at }) => {
  const { status, text } = await send("POST", "/v1/freezes", typeof body === "string" ? body : { name: "a", reason, ...body });
  expect(status).toBe(400);
  expect(text).toContain(at ?? "REQUEST_JSON_INVALID");
});

test("a request of more than a megabyte is refused; a large spec within it is committed and changed", async () => {
  const values = Object.fromEntries(Array.from({ length: 180 }, (_none, index) => [`key_${index}`, "x".repeat(4_000)]));
  const spec = { source: { repository: "https://git.test/web.git" }, values };
  const tooLarge = {
    ...spec,
    values: { ...values, ...Object.fromEntries(Array.from({ length: 120 }, (_none, at) => [`more_${at}`, "y".repeat(4_000)])) },
  };
  expect((await send("POST", "/v1/applications", { name: "web", spec: tooLarge, reason })).status).toBe(413);
  const { version } = await api("createApplication", { body: { name: "web", spec, reason } });
  const changed = { ...spec, values: { ...values, key_7: "short" } };
  const asked = { params: { application: "web" }, body: { spec: changed, reason }, ifMatch: version };
  const { preview } = await api("replaceApplication", { ...asked, query: { validateOnly: true } });
  expect(preview?.files[0]?.diff).toContain("\n+  key_7: short\n");
  expect((await api("replaceApplication", asked)).result).toBe("Changed");
});

test("what a person left broken is repaired through the API where it can be read, and named where it cannot", async () => {
  expect(
    await api("replaceEnvironment", {
      params: { environment: "limping" },
      body: { spec: { clusterSelector: {} }, reason },
      ifMatch: "*",
    }),
  ).toMatchObject({ result: "Changed" });
  await world.fleet.pull();
  expect(await readFile(join(world.fleet.folder, "environments/limping.yaml"), "utf8")).toBe("# ours\nclusterSelector: {}\n");
  const refused = api("replaceStrategy", { params: { strategy: "broken" }, body: { spec: { maxFailures: 1 }, reason }, ifMatch: "*" });
  await expect(refused).rejects.toMatchObject({ code: "FLEET_FILE_NOT_EDITABLE" });
});

test("the same name twice at once becomes one object", async () => {
  const made = await Promise.allSettled(
    ["one", "two", "three"].map((why) => api("createFreeze", { body: { name: "at-once", spec: { reason: why }, reason } })),
  );
  const codes = made.flatMap((one) => (one.status === "rejected" ? [(one.reason as { code: string }).code] : []));
  expect(codes).toEqual(["FLEET_OBJECT_EXISTS", "FLEET_OBJECT_EXISTS"]);
});

test("an edit that somebody's push overtakes is judged on what they pushed", async () => {
  const { version } = await api("getFreeze", { params: { freeze: "at-once" } });
  await world.fleet.pull();
  await world.fleet.push({ "freezes/at-once.yaml": "reason: by hand\n" });
  const edit = api("replaceFreeze", { params: { freeze: "at-once" }, body: { spec: { reason: "by API" }, reason }, ifMatch: version });
  await expect(edit).rejects.toMatchObject({ code: "FLEET_OBJECT_CHANGED" });
  await world.fleet.pull();
  expect(await readFile(join(world.fleet.folder, "freezes/at-once.yaml"), "utf8")).toBe("reason: by hand\n");
});

test("while the git host is away an edit is 503 and changes nothing, and what it would do is still told", async () => {
  const freeze = { body: { name: "away", spec: { reason: "no" }, reason } };
  await world.git.host.stop();
  await expect(api("createFreeze", freeze)).rejects.toMatchObject({ code: "FLEET_REPOSITORY_UNAVAILABLE", details: { status: 503 } });
  await expect(api("getFreeze", { params: { freeze: "away" } })).rejects.toMatchObject({ code: "FREEZE_NOT_FOUND" });
  expect(await api("createFreeze", { ...freeze, query: { validateOnly: true } })).toMatchObject({ result: "Created" });
});
