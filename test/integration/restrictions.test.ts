import { randomUUID } from "node:crypto";
import { type Instant, later, rfc3339 } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import type { Window } from "@drover/proto/fleet";
import { expect, test } from "vitest";
import { createBreakGlasses } from "../../control-plane/src/adapters/pg/restriction/break-glasses.ts";
import { createEmergencyStops } from "../../control-plane/src/adapters/pg/restriction/emergency-stops.ts";
import { createFleetStore } from "../../control-plane/src/adapters/pg/fleet/fleet-store.ts";
import { createPlacementStore } from "../../control-plane/src/adapters/pg/placement/placements.ts";
import { createQuarantines } from "../../control-plane/src/adapters/pg/rollback/quarantines.ts";
import { createRemovalStore } from "../../control-plane/src/adapters/pg/removal/removals.ts";
import { recheckOpenRollouts } from "../../control-plane/src/adapters/pg/rollout/open-rollouts.ts";
import { createRolloutStore } from "../../control-plane/src/adapters/pg/rollout/rollouts.ts";
import { createBreakGlassCommands } from "../../control-plane/src/app/restriction/break-glass.ts";
import type { Caller } from "../../control-plane/src/app/access/caller.ts";
import { createPlacementReconciler } from "../../control-plane/src/app/placement/reconcile-placement.ts";
import { createRemovalReconciler } from "../../control-plane/src/app/removal/reconcile-removal.ts";
import { createRolloutReconciler } from "../../control-plane/src/app/rollout/reconcile-rollout.ts";
import type { HoldSummary } from "../../control-plane/src/domain/rollout/holds.ts";
import { type PlacementWorld, placementWorld } from "../support/placement-world.ts";

const environment = { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" };
const Strategy = { waves: [], maxConcurrency: 1 };
/** Time passes for the planner alone, so agents seem to have fallen silent. */
const patient = { waves: [], maxOffline: 2 };
const ada: Caller = { actor: "users/ada", role: "admin", requestId: "q1", traceparent: undefined };
const hourMs = 60 * 60_000;

/** Cron of the minute that begins `byMs` from now, in UTC. */
function cronIn(world: PlacementWorld, byMs: number): string {
  const at = new Date(later(world.now(), byMs));
  return `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
}

/** It opened an hour ago, and is open for an hour and a half. */
const denyNow = (world: PlacementWorld, more: Partial<Window> = {}): Window => ({
  kind: "deny",
  schedule: cronIn(world, -hourMs),
  duration: "90m",
  ...more,
});

/** As the projection of such a commit does. */
const recheck = (world: PlacementWorld): Promise<void> => world.database.transaction((tx) => recheckOpenRollouts(tx));

async function holds(world: PlacementWorld): Promise<readonly HoldSummary[]> {
  const { rows } = await world.database.query<{ holds: readonly HoldSummary[] }>({
    text: "select holds from rollouts order by created_at desc, id desc limit 1",
  });
  return rows[0]?.holds ?? [];
}

const dispatched = async (world: PlacementWorld): Promise<readonly string[]> =>
  (await world.targets()).filter(({ state }) => state !== "waiting").map(({ name }) => name);

async function lookAgain(world: PlacementWorld): Promise<void> {
  await recheck(world);
  await world.work();
}

test("a deny window of any level holds a rollout, and it goes on when the window closes", async () => {
  const world = await placementWorld(["c1", "c2"], { Environment: environment, Strategy: patient });
  await world.put("Fleet", "drover", { apiVersion: "drover.dev/v1", windows: [denyNow(world)] });
  await world.pin("v1");
  expect(await dispatched(world)).toEqual([]);
  expect(await holds(world)).toMatchObject([
    { because: { kind: "OutsideWindow", window: { scope: "organisation", kind: "deny" } }, clusters: 2 },
  ]);

  world.passTime(31 * 60_000);
  await lookAgain(world);
  expect(await dispatched(world)).toEqual(["c1", "c2"]);
});

test("a planner looks again by itself when a window opens", async () => {
  const world = await placementWorld(["c1"], { Environment: { ...environment, windows: [] }, Strategy });
  const opens = { kind: "allow" as const, schedule: cronIn(world, 5 * 60_000), duration: "1h" };
  await world.put("Project", "default", { windows: [opens] });
  await world.pin("v1");
  expect(await holds(world)).toMatchObject([
    { because: { kind: "OutsideWindow", window: { scope: "project", owner: "default", kind: "allow" } } },
  ]);
  const { rows } = await world.database.query<{ due_at: Instant }>({ text: "select due_at from work where queue = 'rollout'" });
  const [{ because }] = (await holds(world)) as readonly [HoldSummary];
  expect(because.kind === "OutsideWindow" && because.window.opensAt).toBe(rows[0]?.due_at);
});

test("a cluster's window holds that cluster alone", async () => {
  const world = await placementWorld(["c1", "c2", "c3"], { Environment: environment, Strategy: { ...Strategy, maxConcurrency: 3 } });
  await world.addCluster("c2", { windows: [denyNow(world)] });
  await world.pin("v1");
  expect(await dispatched(world)).toEqual(["c1", "c3"]);
  const [own] = await holds(world);
  expect(own).toMatchObject({ because: { kind: "OutsideWindow", window: { scope: "cluster", owner: "c2" } }, clusters: 1 });
});

test("a window that lets what has begun go on holds only what has not", async () => {
  const world = await placementWorld(["c1", "c2"], { Environment: environment, Strategy });
  await world.pin("v1");
  expect(await dispatched(world)).toHaveLength(1);
  await world.put("Environment", "production", { ...environment, windows: [denyNow(world, { overrun: true })] });
  await lookAgain(world);
  await world.reportUntilDone();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Completed"]);

  await world.pin("v2");
  expect(await dispatched(world)).toEqual([]);
});

test("a freeze holds new revisions of what it names, until it ends", async () => {
  const world = await placementWorld(["c1", "c2"], { Environment: environment, Strategy: patient });
  const until = rfc3339(later(world.now(), hourMs));
  await world.put("Freeze", "other", { reason: "not here", environments: ["staging"] });
  await world.put("Freeze", "launch", { reason: "the launch", until, environments: ["production"] });
  await world.pin("v1");
  expect(await dispatched(world)).toEqual([]);
  expect(await holds(world)).toMatchObject([{ because: { kind: "Frozen", freeze: "launch", reason: "the launch" } }]);

  world.passTime(hourMs + 1);
  await lookAgain(world);
  expect(await dispatched(world)).toEqual(["c1", "c2"]);
});

test("a freeze in the middle of a rollout lets its rollback pass", async () => {
  const Strategy = { waves: [], maxConcurrency: 1, degradedGracePeriod: "1s", onFailure: "Rollback" as const };
  const world = await placementWorld(["c1", "c2"], { Environment: environment, Strategy });
  await world.pin("v1");
  await world.reportUntilDone();
  await world.pin("v2");
  const [first = ""] = await dispatched(world);
  await world.put("Freeze", "launch", { reason: "the launch" });
  await lookAgain(world);
  await world.report([first], "Degraded");
  world.passTime(1_500);
  await lookAgain(world);
  await world.reportUntilDone();
  expect((await world.rollouts()).map((line) => line.split(" ").slice(2).join(" "))).toEqual([
    "v1 Completed",
    "v2 RolledBack",
    "v1 Completed",
  ]);
  expect(await world.assignments()).toMatchObject({ [first]: "v1 generation 3" });
});

test("break-glass sets a freeze aside for its time, and leaves a trail", async () => {
  const world = await placementWorld(["c1", "c2"], { Environment: environment, Strategy });
  const commands = createBreakGlassCommands({
    breakGlasses: createBreakGlasses(world.database),
    fleet: createFleetStore(world.database),
    clock: { now: () => world.now() },
    newId: randomUUID,
  });
  await world.put("Freeze", "launch", { reason: "the launch" });
  await world.pin("v1");
  expect(await dispatched(world)).toEqual([]);

  const glass = await commands.beginBreakGlass(ada, { environment: "production", reason: "the site is down", ttl: "1h" });
  await world.work();
  expect(await dispatched(world)).toHaveLength(1);

  expect(await commands.endBreakGlass(ada, glass.id, { reason: "it is up again" })).toMatchObject({ state: "Ended", endedBy: "users/ada" });
  expect(await commands.endBreakGlass(ada, glass.id, { reason: "again" })).toMatchObject({ state: "Ended" });
  await world.reportUntilDone();
  expect(await dispatched(world)).toHaveLength(1);
  expect(await holds(world)).toMatchObject([{ because: { kind: "Frozen" }, clusters: 1 }]);

  const { rows } = await world.database.query({ text: "select actor, action, details ->> 'reason' as reason from audit order by at, id" });
  expect(rows).toEqual([
    { actor: "users/ada", action: "break-glass.begin", reason: "the site is down" },
    { actor: "users/ada", action: "break-glass.end", reason: "it is up again" },
  ]);
});

test("break-glass is for a day at most, for what there is, and for those who may", async () => {
  const world = await placementWorld([], {});
  const commands = createBreakGlassCommands({
    breakGlasses: createBreakGlasses(world.database),
    fleet: createFleetStore(world.database),
    clock: { now: () => world.now() },
    newId: randomUUID,
  });
  const begin = (change: object, who = ada) =>
    commands.beginBreakGlass(who, { environment: "production", reason: "down", ttl: "1h", ...change });
  await expect(begin({ ttl: "25h" })).rejects.toMatchObject({ code: "BREAK_GLASS_TTL_INVALID" });
  await expect(begin({ ttl: "0h" })).rejects.toMatchObject({ code: "BREAK_GLASS_TTL_INVALID" });
  await expect(begin({ environment: "prod" })).rejects.toMatchObject({ code: "ENVIRONMENT_NOT_FOUND" });
  await expect(begin({ application: "wbe" })).rejects.toMatchObject({ code: "APPLICATION_NOT_FOUND" });
  await expect(begin({}, { ...ada, role: "operator" })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  await expect(begin({}, { ...ada, role: "operator", overrides: ["staging"] })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  expect(await begin({}, { ...ada, role: "operator", overrides: ["production"] })).toMatchObject({ state: "Open" });
  await expect(commands.endBreakGlass(ada, "none", { reason: "x" })).rejects.toMatchObject({ code: "BREAK_GLASS_NOT_FOUND" });
});

test("the emergency stop lets no removal begin", async () => {
  const world = await placementWorld(["c1"], { Environment: environment, Strategy });
  const stops = createEmergencyStops(world.database);
  await world.pin("v1");
  await world.reportUntilDone();
  await world.put("ApplicationRemoval", "production/web", { deletionPolicy: "Delete" });
  await world.database.query({ text: "delete from fleet_objects where kind = 'Pin'" });
  await world.settle();
  await stops.stop("wait", ada);

  const remove = createRemovalReconciler({
    removals: createRemovalStore(world.database),
    intents: { add: async () => {} },
    revoke: async () => {},
    newId: randomUUID,
    clock: { ...systemClock, now: () => world.now() },
  });
  expect((await remove("ApplicationRemoval production/web")).kind).toBe("recheck");
  expect(await world.assignments()).toEqual({ c1: "v1 generation 1 withdrawn" });
  await stops.release("go on", ada);
  await remove("ApplicationRemoval production/web");
  expect(await world.assignments()).toEqual({ c1: "v1 generation 2 removing" });
});

test("a cluster that joins while the fleet is stopped is given nothing before the stop is released", async () => {
  const world = await placementWorld(["c1"], { Environment: environment, Strategy });
  const stops = createEmergencyStops(world.database);
  await world.pin("v1");
  await world.reportUntilDone();
  await stops.stop("wait", ada);
  await world.addCluster("c2");
  await world.settle();
  expect(await world.assignments()).toEqual({ c1: "v1 generation 1" });
  const { rows } = await world.database.query({ text: "select problem ->> 'code' as code from placements" });
  expect(rows).toEqual([{ code: "FLEET_STOPPED" }]);
  await stops.release("go on", ada);
  await world.work();
  expect(await world.assignments()).toEqual({ c1: "v1 generation 1", c2: "v1 generation 1" });
});

test("what a cluster that joins was to be given before the stop is not given after it", async () => {
  const world = await placementWorld(["c1"], { Environment: environment, Strategy });
  const stops = createEmergencyStops(world.database);
  await world.pin("v1");
  await world.reportUntilDone();
  await world.addCluster("c2");
  const placements = createPlacementStore(world.database);
  const slow = createPlacementReconciler({
    fleet: createFleetStore(world.database),
    releases: world.releases,
    placements: {
      ...placements,
      async load(place) {
        const snapshot = await placements.load(place);
        await stops.stop("wait", ada);
        return snapshot;
      },
    },
    quarantines: createQuarantines(world.database),
    newRolloutId: randomUUID,
  });
  await expect(slow("web production", AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: "PLACEMENT_CHANGED" });
  expect(await world.assignments()).toEqual({ c1: "v1 generation 1" });
});

test("the emergency stop holds everything until it is released, also a plan that was thought out before it", async () => {
  const world = await placementWorld(["c1", "c2"], { Environment: environment, Strategy });
  const stops = createEmergencyStops(world.database);
  await world.put("Pin", "production/web", { revision: "v1" });
  await world.reconcilePlacement("web production", AbortSignal.timeout(10_000));

  const store = createRolloutStore(world.database);
  const slow = createRolloutReconciler({
    rollouts: {
      ...store,
      async load(id) {
        const snapshot = await store.load(id);
        await stops.stop("the certificate authority is compromised", ada);
        return snapshot;
      },
    },
    clock: { now: () => world.now() },
  });
  await expect(slow("r1", AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: "ROLLOUT_CHANGED" });
  await world.work();
  expect(await dispatched(world)).toEqual([]);
  expect(await holds(world)).toMatchObject([{ because: { kind: "Stopped", actor: "users/ada" }, clusters: 2 }]);

  expect(await stops.stop("another reason", { ...ada, actor: "users/bob" })).toMatchObject({ stopped: true, actor: "users/ada" });
  expect(await stops.release("all clear", ada)).toEqual({ stopped: false });
  expect(await stops.release("all clear", ada)).toEqual({ stopped: false });
  await world.work();
  expect(await dispatched(world)).toHaveLength(1);

  const { rows } = await world.database.query({ text: "select kind from events where kind like 'FleetStop%' order by id" });
  expect(rows).toEqual([{ kind: "FleetStopped" }, { kind: "FleetStopReleased" }]);
});
