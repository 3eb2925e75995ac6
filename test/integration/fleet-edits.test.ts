import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { waitUntil } from "../support/wait-until.ts";

// One fleet for all tests, which run in this order.

let world: TestControlPlane;
let replica: Replica;
let api: Client;
const reason = "asked for";

const production = `# the shops; ask Ada before touching this
clusterSelector:
  matchLabels: { tier: production }
strategy: patient # never quick

# one value
values:
  replicas: 3
`;

beforeAll(async () => {
  world = await prepareControlPlane();
  await world.fleet.push({
    "drover.yaml": "# the whole fleet; ask Ada\napiVersion: drover.dev/v1\n",
    "applications/web.yaml": `source: { repository: "https://git.test/web.git" }\nvalues: { replicas: 1 }\n`,
    "environments/eu/production.yaml": production,
    "strategies/patient.yaml": "# slowly\nwaves: [{ name: all, soakTime: 10m }]\n",
    "clusters/eu-1.yaml": `id: ${"a".repeat(26)} # from enrolment\nlabels: { tier: production }\n`,
  });
  replica = await world.start();
  api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listEnvironments")).items.length === 1, 20_000);
});
afterAll(() => world.stop());

const fleetFile = async (path: string): Promise<string> => {
  await world.fleet.pull();
  return readFile(join(world.fleet.folder, path), "utf8");
};
const getProduction = () => api("getEnvironment", { params: { environment: "production" } });

test("a new object is one commit that says who wanted it and why", async () => {
  const spec = { waves: [{ name: "canary", clusters: ["eu-1"], soakTime: "5m" }, { name: "all" }], maxFailures: 1 };
  const created = await api("createStrategy", { body: { name: "careful", spec, reason } });
  expect(created).toMatchObject({ kind: "Strategy", name: "careful", result: "Created", version: expect.any(Number) as number });
  expect(await fleetFile("strategies/careful.yaml")).toBe(
    "waves:\n  - name: canary\n    clusters:\n      - eu-1\n    soakTime: 5m\n  - name: all\nmaxFailures: 1\n",
  );
  expect(await world.fleet.git("log", "-1", "--format=%H %s%n%b")).toMatch(
    new RegExp(`^${created.commit} add strategy careful\n[^]*Drover-Actor: users/\\S+\nDrover-Reason: asked for`),
  );
  expect(await api("getStrategy", { params: { strategy: "careful" } })).toMatchObject({
    spec,
    version: created.version,
    commit: created.commit,
  });
  expect((await api("listStrategies")).items.map(({ name }) => name)).toEqual(["careful", "patient"]);
});

test("a whole new spec changes the lines that differ, where people put the file, and keeps comments", async () => {
  const { spec, version, createdAt, updatedAt } = await getProduction();
  const edited = await api("replaceEnvironment", {
    params: { environment: "production" },
    body: { spec: { ...spec, strategy: "careful", values: { replicas: 5 } }, reason },
    ifMatch: version,
  });
  expect(edited.result).toBe("Changed");
  expect(await fleetFile("environments/eu/production.yaml")).toBe(
    production.replace("strategy: patient", "strategy: careful").replace("replicas: 3", "replicas: 5"),
  );
  const after = await getProduction();
  expect(after).toMatchObject({ version: edited.version, createdAt });
  expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(updatedAt));
  expect((await world.fleet.git("show", "--stat", "--format=%an")).split("\n")[0]).toBe("Drover");
});

test("the same spec again needs no commit", async () => {
  const { spec, version } = await getProduction();
  const head = await world.fleet.pull();
  const same = { params: { environment: "production" }, body: { spec, reason }, ifMatch: version };
  expect(await api("replaceEnvironment", same)).toEqual({ kind: "Environment", name: "production", result: "Unchanged", version });
  expect(await world.fleet.pull()).toBe(head);
});

test("If-Match is required, and an old version is refused", async () => {
  const { spec, version } = await getProduction();
  const put = { params: { environment: "production" }, body: { spec: { ...spec, values: {} }, reason } };
  await expect(api("replaceEnvironment", put)).rejects.toMatchObject({ code: "IF_MATCH_REQUIRED", details: { status: 428 } });
  await expect(api("replaceEnvironment", { ...put, ifMatch: version - 1 })).rejects.toMatchObject({
    code: "FLEET_OBJECT_CHANGED",
    details: { status: 412, version },
  });
  for (const tag of ['W/"1"', '"abc"'])
    await expect(api("replaceEnvironment", { ...put, headers: { "if-match": tag } })).rejects.toMatchObject({
      code: "FLEET_OBJECT_CHANGED",
    });
  await expect(api("replaceEnvironment", { ...put, headers: { "if-match": "7" } })).rejects.toMatchObject({ code: "IF_MATCH_INVALID" });
  expect((await getProduction()).version).toBe(version);
});

test("the GET's ETag begins with the version, changes with what is shown, and is taken back by If-Match", async () => {
  const token = (await readFile(world.tokenFile, "utf8")).trim();
  const headers = { authorization: `Bearer ${token}` };
  for (const path of ["environments/production", "strategies/patient", "applications/web", "clusters/eu-1"]) {
    const response = await replica.fetch(`${replica.apiUrl}/v1/${path}`, { headers });
    const { version } = (await response.json()) as { version: number };
    const etag = response.headers.get("etag") ?? "";
    expect([path, etag.split(".")[0]]).toEqual([path, `"${version}`]);
    const again = await replica.fetch(`${replica.apiUrl}/v1/${path}`, { headers: { ...headers, "if-none-match": etag } });
    expect([path, again.status]).toEqual([path, 304]);
  }
  const { spec } = await getProduction();
  const etag = (await replica.fetch(`${replica.apiUrl}/v1/environments/production`, { headers })).headers.get("etag") ?? "";
  const put = { params: { environment: "production" }, body: { spec, reason }, headers: { "if-match": etag } };
  expect(await api("replaceEnvironment", put)).toMatchObject({ result: "Unchanged" });
});

test("of two edits at once one wins, and the other learns of it", async () => {
  const { spec, version } = await getProduction();
  const edits = ["a", "b", "c", "d"].map((key) =>
    api("replaceEnvironment", {
      params: { environment: "production" },
      body: { spec: { ...spec, windows: [{ kind: "deny", schedule: "0 0 24 12 *", duration: `${key.charCodeAt(0)}h` }] }, reason },
      ifMatch: version,
    }),
  );
  const settled = await Promise.allSettled(edits);
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const refusals = settled.flatMap((one) => (one.status === "rejected" ? [one.reason as { code: string }] : []));
  expect(refusals.map(({ code }) => code)).toEqual(["FLEET_OBJECT_CHANGED", "FLEET_OBJECT_CHANGED", "FLEET_OBJECT_CHANGED"]);
});

test("an edit that makes another file invalid is refused with that file's problem", async () => {
  const promoting = { clusterSelector: { matchLabels: { tier: "none" } }, promotesFrom: ["production"] };
  await api("createEnvironment", { body: { name: "edge", spec: promoting, reason } });
  const autoPromotion = [{ from: "production", to: "edge", soakTime: "1h" }];
  await api("createProject", { body: { name: "shop", spec: { autoPromotion }, reason } });
  const head = await world.fleet.pull();
  const { spec } = await api("getEnvironment", { params: { environment: "edge" } });
  const { promotesFrom: _none, ...alone } = spec;
  await expect(
    api("replaceEnvironment", { params: { environment: "edge" }, body: { spec: alone, reason }, ifMatch: "*" }),
  ).rejects.toMatchObject({
    code: "FLEET_EDIT_INVALID",
    message: expect.stringMatching(
      /^change environment edge: projects\/shop\.yaml:\d+: environment "edge" does not promote from/,
    ) as string,
  });
  await expect(api("createEnvironment", { body: { name: "lost", spec: { ...spec, strategy: "nosuch" }, reason } })).rejects.toMatchObject({
    code: "FLEET_EDIT_INVALID",
    message: expect.stringContaining('there is no strategy "nosuch"') as string,
  });
  expect(await world.fleet.pull()).toBe(head);
});

test("what is used is not deleted, and says who uses it", async () => {
  const refused = api("deleteStrategy", { params: { strategy: "careful" }, query: { reason }, ifMatch: "*" });
  await expect(refused).rejects.toMatchObject({
    code: "FLEET_OBJECT_USED",
    message: "delete strategy careful: environments/eu/production.yaml needs it; change that first",
    details: { users: ["environments/eu/production.yaml"] },
  });
  const { items } = await api("listAudit", { query: { filter: 'action = "fleet.edit" AND result = "Refused"' } });
  const [recorded] = items.filter(({ details }) => (details as { subject: string }).subject === "strategy/careful");
  expect(recorded).toMatchObject({
    actor: "users/admin",
    object: expect.stringMatching(/^intents\//),
    details: { code: "FLEET_OBJECT_USED" },
  });
  expect(items.every(({ requestId }) => requestId !== "")).toBe(true);
  expect(await api("deleteStrategy", { params: { strategy: "patient" }, query: { reason }, ifMatch: "*" })).toMatchObject({
    result: "Deleted",
  });
  await expect(api("getStrategy", { params: { strategy: "patient" } })).rejects.toMatchObject({ code: "STRATEGY_NOT_FOUND" });
});

test("applications and clusters are removed instead", async () => {
  for (const refused of [
    api("deleteApplication", { params: { application: "web" }, query: { reason }, ifMatch: "*" }),
    api("deleteCluster", { params: { cluster: "eu-1" }, query: { reason }, ifMatch: "*" }),
  ])
    await expect(refused).rejects.toMatchObject({ code: "REMOVE_INSTEAD" });
});

test("an object that is made again has a version that it never had", async () => {
  const freeze = { name: "xmas", spec: { reason: "closed" }, reason };
  const first = await api("createFreeze", { body: freeze });
  await expect(api("createFreeze", { body: freeze })).rejects.toMatchObject({ code: "FLEET_OBJECT_EXISTS" });
  await api("deleteFreeze", { params: { freeze: "xmas" }, query: { reason }, ifMatch: first.version });
  const second = await api("createFreeze", { body: freeze });
  expect(second.version).toBeGreaterThan(first.version as number);
  await expect(api("deleteFreeze", { params: { freeze: "xmas" }, query: { reason }, ifMatch: first.version })).rejects.toMatchObject({
    code: "FLEET_OBJECT_CHANGED",
  });
});

test("a cluster's labels, values and project are edited, its id stays", async () => {
  const { spec, version } = await api("getCluster", { params: { cluster: "eu-1" } });
  const { id, ...rest } = spec ?? {};
  const edited = await api("replaceCluster", {
    params: { cluster: id as string },
    body: { spec: { ...rest, project: "shop", values: { replicas: 2 } }, reason },
    ifMatch: version,
  });
  expect(edited).toMatchObject({ name: "eu-1", result: "Changed" });
  expect(await fleetFile("clusters/eu-1.yaml")).toBe(
    `id: ${"a".repeat(26)} # from enrolment\nlabels: { tier: production }\nproject: shop\nvalues:\n  replicas: 2\n`,
  );
  await expect(
    api("replaceCluster", { params: { cluster: "eu-1" }, body: { spec: { id: "b".repeat(26) }, reason }, ifMatch: "*" }),
  ).rejects.toMatchObject({ code: "CLUSTER_ID_FIXED" });
});

test("validateOnly answers the diff and the problems, and changes nothing", async () => {
  const head = await world.fleet.pull();
  const { spec, version } = await getProduction();
  const ask = (changed: object) =>
    api("replaceEnvironment", {
      params: { environment: "production" },
      query: { validateOnly: true },
      body: { spec: { ...spec, ...changed }, reason },
      ifMatch: version,
    });
  const { result, preview } = await ask({ values: { replicas: 7, unheard: true } });
  expect(result).toBe("Changed");
  expect(preview?.files).toHaveLength(1);
  expect(preview?.files[0]?.diff).toMatch(
    /^--- a\/environments\/eu\/production\.yaml\n\+\+\+ b\/environments\/eu\/production\.yaml\n@@ [^]*\n-  replicas: 5\n\+  replicas: 7\n\+  unheard: true\n/,
  );
  expect(preview?.problems).toMatchObject([{ severity: "warning", code: "FLEET_VALUE_UNUSED" }]);
  expect(await ask({ strategy: "nosuch" })).toMatchObject({
    result: "Refused",
    preview: { problems: [{ severity: "error", code: "FLEET_REFERENCE_MISSING", path: "environments/eu/production.yaml" }] },
  });
  const fresh = await api("createFreeze", { query: { validateOnly: true }, body: { name: "easter", spec: { reason: "closed" }, reason } });
  expect(fresh).toEqual({
    kind: "Freeze",
    name: "easter",
    result: "Created",
    preview: {
      files: [{ path: "freezes/easter.yaml", diff: "--- /dev/null\n+++ b/freezes/easter.yaml\n@@ -0,0 +1,1 @@\n+reason: closed\n" }],
      problems: [],
    },
  });
  expect(await world.fleet.pull()).toBe(head);
});

test("an Idempotency-Key makes an edit once, a PUT too", async () => {
  const { spec, version } = await getProduction();
  const put = () =>
    api("replaceEnvironment", {
      params: { environment: "production" },
      body: { spec: { ...spec, values: { replicas: 9 } }, reason },
      ifMatch: version,
      idempotencyKey: "edit-1",
    });
  const first = await put();
  expect(first.result).toBe("Changed");
  expect(await put()).toEqual(first);
});

test("a mistyped name is told what was probably meant", async () => {
  const ask = { revision: "main", reason };
  await expect(api("getEnvironment", { params: { environment: "produktion" } })).rejects.toMatchObject({
    message: expect.stringContaining("did you mean production?") as string,
  });
  await expect(api("getApplication", { params: { application: "webb" } })).rejects.toMatchObject({
    message: expect.stringContaining("did you mean web?") as string,
  });
  await expect(api("createPromotion", { body: { application: "wep", environment: "production", ...ask } })).rejects.toMatchObject({
    code: "APPLICATION_NOT_FOUND",
    message: expect.stringContaining('there is no application "wep"; did you mean web?') as string,
  });
});

test("a viewer may not edit, and an edit stands in the audit record without its spec", async () => {
  const { token } = await api("createApiToken", { body: { subject: "vera", role: "viewer" } });
  const viewer = replica.client(token);
  await expect(viewer("createFreeze", { body: { name: "mine", spec: { reason: "no" }, reason } })).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
  });
  const { items } = await api("listAudit", { query: { action: "fleet.edit" } });
  const edits = items.map(({ result, details }) => [result, (details as { subject: string }).subject]);
  expect(edits).toContainEqual(["Allowed", "environment/production"]);
  expect(JSON.stringify(items)).not.toContain("clusterSelector");
});

test("who hears of what is edited like the rest", async () => {
  const receiver = { type: "Webhook", url: "https://hooks.test/x", credentialsRef: "git-host" } as const;
  const made = await api("createNotification", { body: { name: "on-call", spec: { events: ["RolloutHalted"], receiver }, reason } });
  expect(made).toMatchObject({ kind: "Notification", result: "Created" });
  const { version } = await api("getNotification", { params: { notification: "on-call" } });
  expect(version).toBe(made.version);
  const gone = await api("deleteNotification", { params: { notification: "on-call" }, query: { reason }, ifMatch: version });
  expect(gone.result).toBe("Deleted");
});

test("what drover.yaml says for the whole fleet is read and edited like the rest", async () => {
  const token = (await readFile(world.tokenFile, "utf8")).trim();
  const read = await replica.fetch(`${replica.apiUrl}/v1/fleet/settings`, { headers: { authorization: `Bearer ${token}` } });
  const { spec, version } = await api("getFleetSettings");
  expect(await read.json()).toMatchObject({ spec: { apiVersion: "drover.dev/v1" }, path: "drover.yaml", version });
  expect(read.headers.get("etag")).toMatch(new RegExp(`^"${version}\\.`));

  const put = (schedule: string, ask: object) =>
    api("replaceFleetSettings", { body: { spec: { ...spec, windows: [{ kind: "deny", schedule, duration: "1d" }] }, reason }, ...ask });
  await expect(put("0 0 24 12 *", {})).rejects.toMatchObject({ code: "IF_MATCH_REQUIRED" });
  const edited = await put("0 0 24 12 *", { ifMatch: version });
  expect(edited).toMatchObject({ kind: "Fleet", name: "drover", result: "Changed" });
  const text =
    "# the whole fleet; ask Ada\napiVersion: drover.dev/v1\nwindows:\n  - kind: deny\n    schedule: 0 0 24 12 *\n    duration: 1d\n";
  expect(await fleetFile("drover.yaml")).toBe(text);
  expect(await api("getFleetSettings")).toMatchObject({
    version: edited.version,
    commit: edited.commit,
    spec: { windows: [{ schedule: "0 0 24 12 *" }] },
  });

  await expect(put("0 0 25 12 *", { ifMatch: version })).rejects.toMatchObject({ code: "FLEET_OBJECT_CHANGED", details: { status: 412 } });
  const never = "0 0 30 2 *";
  expect(await put(never, { ifMatch: edited.version, query: { validateOnly: true } })).toMatchObject({
    result: "Refused",
    preview: { problems: [{ severity: "error", code: "FLEET_WINDOW_INVALID", path: "drover.yaml" }] },
  });
  await expect(put(never, { ifMatch: edited.version })).rejects.toMatchObject({ code: "FLEET_EDIT_INVALID" });
  expect(await fleetFile("drover.yaml")).toBe(text);
});
