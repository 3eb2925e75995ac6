import { expect, test } from "vitest";
import { caller, completeRollout, type FleetWorld, fleetWorld } from "../support/fleet-world.ts";
import { waitUntil } from "../support/wait-until.ts";

// Every wait in here has a deadline of its own; this one is for the whole file, also on a busy machine.
/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();
const applications = ["api", "web"] as const;
const environments = ["production", "staging"] as const;
const places = applications.flatMap((application) => environments.map((environment) => ({ application, environment })));

interface Town extends FleetWorld {
  /** Each application's two commits. */
  readonly revisions: Readonly<Record<string, readonly [string, string]>>;
  /** The fleet commit that moved all four pins. */
  readonly changeId: string;
}

/** Two applications in two environments, all moved from their first commit to their second by one fleet commit. */
async function town(): Promise<Town> {
  const world = await fleetWorld();
  const revisions: Record<string, readonly [string, string]> = {};
  for (const name of applications) {
    const source = await world.clone(name);
    revisions[name] = [await source.push({ "a.yaml": "1" }), await source.push({ "a.yaml": "2" })];
  }
  const pins = (index: 0 | 1) =>
    Object.fromEntries(
      places.map(({ application, environment }) => [
        `pins/${environment}/${application}.yaml`,
        `revision: ${revisions[application]?.[index]}\n`,
      ]),
    );
  const application = (name: string) => `source: { repository: "${world.host.cloneUrl(name)}", credentialsRef: git-host }\n`;
  await world.fleetTree.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    ...Object.fromEntries(applications.map((name) => [`applications/${name}.yaml`, application(name)])),
    ...Object.fromEntries(
      environments.map((name) => [`environments/${name}.yaml`, `clusterSelector: { matchLabels: { tier: ${name} } }\n`]),
    ),
    ...pins(0),
  });
  await world.projector.fetchAndProject(signal);
  for (const { application: name, environment } of places) await completeRollout(world, name, environment, revisions[name]?.[0] ?? "");
  const changeId = await world.fleetTree.push(pins(1), "everything to its second");
  await world.projector.fetchAndProject(signal);
  for (const { application: name, environment } of places) await completeRollout(world, name, environment, revisions[name]?.[1] ?? "");
  await world.database.query({
    text: `update rollouts r set change_id = $1,
                  previous_revision = (select revision from rollouts where application = r.application and environment = r.environment order by finished_at limit 1)
            where r.id in (select distinct on (application, environment) id from rollouts order by application, environment, finished_at desc)`,
    values: [changeId],
  });
  return { ...world, revisions, changeId };
}

async function carriedOut<T>(world: FleetWorld, request: Promise<T>): Promise<T> {
  request.catch(() => {});
  let isSettled = false;
  void request.finally(() => (isSettled = true)).catch(() => {});
  const isPending = async () => (await world.database.query({ text: "select 1 from intents where state = 'pending'" })).rowCount === 1;
  await waitUntil("the request is recorded or refused", async () => isSettled || (await isPending()));
  await world.writer("head", signal);
  return request;
}

const pins = async ({ fleet, revisions }: Town): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries(
    await Promise.all(
      places.map(async ({ application, environment }) => {
        const revision = (await fleet.get("Pin", `${environment}/${application}`))?.form.revision ?? "";
        return [`${application} ${environment}`, 1 + (revisions[application]?.indexOf(revision) ?? -1)] as const;
      }),
    ),
  );

const all = (version: number) =>
  Object.fromEntries(places.map(({ application, environment }) => [`${application} ${environment}`, version]));

test("everything that one change moved goes back by one commit, of two applications in two environments", async () => {
  const world = await town();
  const before = (await world.database.query({ text: "select 1 from fleet_commits" })).rowCount ?? 0;
  await carriedOut(world, world.rollback(caller, { changeId: world.changeId, reason: "errors", quarantine: true }, signal));
  expect(await pins(world)).toEqual(all(1));
  expect((await world.database.query({ text: "select 1 from fleet_commits" })).rowCount).toBe(before + 1);
  for (const name of applications)
    expect((await world.fleet.get("Quarantine", name))?.form.revisions).toEqual([
      { revision: world.revisions[name]?.[1], reason: "errors" },
    ]);
  const { rows } = await world.database.query({ text: "select message from fleet_commits order by position desc limit 1" });
  expect(rows[0]).toEqual({ message: expect.stringContaining("Drover-Kind: Rollback") as string });
});

test("of one application alone, when it is named; everywhere, when that is asked", async () => {
  const world = await town();
  await carriedOut(world, world.rollback(caller, { application: "web", changeId: world.changeId.slice(0, 12), reason: "errors" }, signal));
  expect(await pins(world)).toEqual({ ...all(2), "web production": 1, "web staging": 1 });
  await carriedOut(world, world.rollback(caller, { application: "api", everywhere: true, reason: "errors" }, signal));
  expect(await pins(world)).toEqual(all(1));
});

test("what keeps one of them keeps them all, and is named", async () => {
  const world = await town();
  await world.fleetTree.push({ "pins/staging/api.yaml": `revision: ${world.revisions["api"]?.[0]} \n# by hand\n` });
  const web = await world.clone("web");
  await web.pull();
  const other = await web.push({ "a.yaml": "3" });
  await world.fleetTree.push({ "pins/staging/web.yaml": `revision: ${other}\n` });
  await world.projector.fetchAndProject(signal);
  const before = await pins(world);
  await expect(world.rollback(caller, { changeId: world.changeId, reason: "errors" }, signal)).rejects.toMatchObject({
    code: "CHANGE_SUPERSEDED",
    message: expect.stringContaining("web in staging") as string,
  });
  const revision = world.revisions["web"]?.[0] ?? "";
  await expect(
    world.rollback(caller, { application: "web", environments: ["staging", "nosuch"], revision, reason: "errors" }, signal),
  ).rejects.toMatchObject({ code: "ENVIRONMENT_NOT_FOUND" });
  expect(await pins(world)).toEqual(before);
});

test("a beginning that several changes share, or that is too short, names none of them", async () => {
  const world = await town();
  await world.database.query({
    text: `update rollouts set change_id = left($1, 8) || repeat('0', 32)
            where id in (select id from rollouts where change_id <> $1 limit 1)`,
    values: [world.changeId],
  });
  const named = (length: number) => world.rollback(caller, { changeId: world.changeId.slice(0, length), reason: "errors" }, signal);
  await expect(named(7)).rejects.toMatchObject({
    code: "ROLLBACK_SUBJECT_INVALID",
    message: expect.stringContaining("2 changes") as string,
  });
  await expect(named(6)).rejects.toMatchObject({ code: "CHANGE_NOT_FOUND" });
});

test.each([
  { name: "nothing", request: {}, code: "ROLLBACK_SUBJECT_INVALID" },
  { name: "an application without a place", request: { application: "web" }, code: "ROLLBACK_SUBJECT_INVALID", says: "(--everywhere)" },
  { name: "two ways at once", request: { application: "web", environment: "staging", everywhere: true }, code: "ROLLBACK_SUBJECT_INVALID" },
  { name: "a cluster of several", request: { application: "web", everywhere: true, cluster: "eu" }, code: "ROLLBACK_SUBJECT_INVALID" },
  { name: "an unknown change", request: { changeId: "f".repeat(40) }, code: "CHANGE_NOT_FOUND" },
])("a request that names $name is refused", async ({ request, code, says = "" }) => {
  const world = await fleetWorld();
  await expect(world.rollback(caller, { ...request, reason: "errors" }, signal)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(says) as string,
  });
});
