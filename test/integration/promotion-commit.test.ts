import { expect, test } from "vitest";
import { caller, completeRollout, type FleetWorld, fleetWorld } from "../support/fleet-world.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { waitUntil } from "../support/wait-until.ts";

// Every wait in here has a deadline of its own; this one is for the whole file, also on a busy machine.
/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();
const unknown = "f".repeat(40);

interface Town extends FleetWorld {
  readonly web: WorkTree;
  /** The application's commits, oldest first. */
  readonly revisions: readonly [string, string, string];
}

/** One application with three commits; staging tracks, production is pinned to the first and promotes from staging. */
async function town(): Promise<Town> {
  const world = await fleetWorld();
  const web = await world.clone("web");
  const revisions = [await web.push({ "a.yaml": "1" }), await web.push({ "a.yaml": "2" }), await web.push({ "a.yaml": "3" })] as const;
  await world.fleetTree.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "applications/web.yaml": `source:\n  repository: ${world.host.cloneUrl("web")}\n  credentialsRef: git-host\n`,
    "environments/staging.yaml": "clusterSelector:\n  matchLabels:\n    tier: staging\ntrack: head\n",
    "environments/production.yaml": "clusterSelector:\n  matchLabels:\n    tier: production\npromotesFrom: [staging]\n",
    "environments/open.yaml": "clusterSelector:\n  matchLabels:\n    tier: open\n",
    "clusters/eu.yaml": "id: aaaaaaaaaaaaaaaaaaaaaaaaaa\nlabels:\n  tier: production\n",
    "pins/production/web.yaml": `# moved by promotions only\nrevision: ${revisions[0]} # at first\n\nclusters: {}\n`,
  });
  await world.projector.fetchAndProject(signal);
  await completeRollout(world, "web", "production", revisions[0]);
  return { ...world, web, revisions };
}

/** The request together with the writer that carries it out. */
async function carriedOut<T>(world: FleetWorld, request: Promise<T>): Promise<T> {
  request.catch(() => {});
  await waitUntil("the request is recorded or refused", () =>
    Promise.race([
      request.then(
        () => true,
        () => true,
      ),
      hasOpen(world),
    ]),
  );
  await world.writer("head", signal);
  return request;
}

const pending = async ({ database }: FleetWorld): Promise<number> =>
  (await database.query({ text: "select id from intents where state = 'pending'" })).rowCount ?? 0;
const hasOpen = async (world: FleetWorld): Promise<boolean> => (await pending(world)) > 0;

const pinOf = async (world: FleetWorld, environment: string): Promise<string | undefined> =>
  (await world.fleet.get("Pin", `${environment}/web`))?.form.revision;

const promotion = (environment: string, revision: string) => ({
  application: "web",
  environment,
  revision,
  reason: "it is ready\n\nDrover-Request: forged",
});

test("a promotion is one commit that changes one line, keeps comments and says who asked", async () => {
  const world = await town();
  const [first, second] = world.revisions;
  await completeRollout(world, "web", "staging", second);
  const { id } = await carriedOut(
    world,
    world.promote(caller, { ...promotion("production", second.slice(0, 10)), expectedRevision: first }, signal),
  );

  const head = await world.fleetTree.pull();
  expect(await world.intents.load(id)).toEqual({ state: "current", commit: head, error: undefined });
  expect(await pinOf(world, "production")).toBe(second);
  expect(await world.fleetTree.git("log", "-1", "--format=%an <%ae>%n%B")).toBe(
    [
      "Drover <drover@localhost>",
      `promote web to production: ${second.slice(0, 7)} (from ${first.slice(0, 7)})`,
      "",
      "it is ready",
      "",
      "Drover-Request: forged",
      "",
      `Drover-Request: ${id}`,
      "Drover-Actor: users/ada",
      "Drover-Reason: it is ready Drover-Request: forged",
    ].join("\n"),
  );
  const diff = (await world.fleetTree.git("diff", "--unified=0", "HEAD~1", "HEAD"))
    .split("\n")
    .filter((line) => /^[-+](?![-+])/.test(line));
  expect(diff).toEqual([
    `-revision: ${first} # at first`,
    `+revision: ${second} # at first`,
    '+reason: "it is ready\\n\\nDrover-Request: forged"',
  ]);
  const { rows } = await world.database.query({ text: "select actor, action, object from audit where action = 'promotion.create'" });
  expect(rows).toEqual([{ actor: "users/ada", action: "promotion.create", object: `promotions/${id}` }]);
  const events = await world.database.query({ text: "select kind, subject from events where kind like 'Promotion%' order by id" });
  expect(events.rows).toEqual(["PromotionCreated", "PromotionCommitted"].map((kind) => ({ kind, subject: `promotions/${id}` })));
});

test("promotions that wait together go into one push, a commit each", async () => {
  const world = await town();
  const [, second, third] = world.revisions;
  const requests = [world.promote(caller, promotion("open", second), signal), world.promote(caller, promotion("staging", third), signal)];
  await waitUntil("both wait", async () => (await pending(world)) === 2);
  const before = await world.fleetTree.pull();
  await carriedOut(world, Promise.all(requests));
  await world.fleetTree.pull();
  expect((await world.fleetTree.git("log", "--format=%s", `${before}..HEAD`)).split("\n")).toHaveLength(2);
  expect([await pinOf(world, "open"), await pinOf(world, "staging")]).toEqual([second, third]);
});

const refusals = [
  { what: "a revision that does not exist", ask: { environment: "open", revision: unknown }, code: "REVISION_NOT_FOUND" },
  { what: "an application that does not exist", ask: { environment: "open", application: "nosuch" }, code: "APPLICATION_NOT_FOUND" },
  { what: "an environment that does not exist", ask: { environment: "nosuch" }, code: "ENVIRONMENT_NOT_FOUND" },
  { what: "a revision that has not completed upstream", ask: { environment: "production" }, code: "NOT_COMPLETED_UPSTREAM" },
  { what: "a stale expectedRevision", ask: { environment: "production", expectedRevision: unknown }, code: "REVISION_CHANGED" },
  {
    what: "something that git would read as an option",
    ask: { environment: "open", revision: "--upload-pack=id" },
    code: "REVISION_NOT_FOUND",
  },
] as const;

test("what cannot be promoted is refused and leaves nothing behind", async () => {
  const world = await town();
  const before = await world.fleetTree.pull();
  for (const { what, ask, code } of refusals) {
    const answer: unknown = await world
      .promote(caller, { ...promotion("open", world.revisions[1]), ...ask }, signal)
      .catch((error: unknown) => error);
    expect({ what, answer }).toMatchObject({ what, answer: { code } });
    expect({ what, intents: (await world.database.query({ text: "select id from intents" })).rowCount }).toEqual({ what, intents: 0 });
    await world.writer("head", signal);
    expect({ what, head: await world.fleetTree.pull() }).toEqual({ what, head: before });
  }
});

test("a quarantined revision is refused", async () => {
  const world = await town();
  await world.fleetTree.push({ "quarantines/web.yaml": `revisions:\n  - revision: ${world.revisions[1]}\n    reason: it loses data\n` });
  await world.projector.fetchAndProject(signal);
  await expect(world.promote(caller, promotion("open", world.revisions[1]), signal)).rejects.toMatchObject({
    code: "REVISION_QUARANTINED",
  });
});

test("a revision that is there already needs no commit", async () => {
  const world = await town();
  const before = await world.fleetTree.pull();
  const { id } = await world.promote(caller, promotion("production", world.revisions[0]), signal);
  expect(await world.intents.load(id)).toMatchObject({ state: "current", commit: before });
  expect(await world.fleetTree.pull()).toBe(before);
});

test("head lets an environment that tracks follow its source again", async () => {
  const world = await town();
  await carriedOut(world, world.promote(caller, promotion("staging", world.revisions[0]), signal));
  expect(await pinOf(world, "staging")).toBe(world.revisions[0]);
  await carriedOut(world, world.promote(caller, promotion("staging", "head"), signal));
  expect(await world.fleet.get("Pin", "staging/web")).toBeUndefined();
  expect(await world.sources.load({ repository: world.host.cloneUrl("web"), ref: "main" })).toMatchObject({ commit: world.revisions[2] });
});

test("a pin that somebody moved between the check and the commit voids the promotion", async () => {
  const world = await town();
  const [first, second, third] = world.revisions;
  await completeRollout(world, "web", "staging", second);
  const request = world.promote(caller, { ...promotion("production", second), expectedRevision: first }, signal);
  request.catch(() => {});
  await waitUntil("it waits", () => hasOpen(world));
  await world.fleetTree.push({ "pins/production/web.yaml": `revision: ${third}\n` }, "by hand");
  await world.writer("head", signal);
  await expect(request).rejects.toMatchObject({ kind: "stale", code: "REVISION_CHANGED", details: { current: third } });
  expect(await pinOf(world, "production")).toBe(third);
});

test("a person's push at the same moment is kept, and the promotion comes on top", async () => {
  const world = await town();
  let pushed = false;
  const racing: FleetWorld["git"] = {
    open: async (place, s) => {
      const mirror = await world.git.open(place, s);
      return {
        ...mirror,
        push: async (...args) => {
          if (!pushed) await world.fleetTree.push({ "README.md": "in between\n" }, "by hand");
          pushed = true;
          return mirror.push(...args);
        },
      };
    },
  };
  const request = world.promote(caller, promotion("open", world.revisions[1]), signal);
  await waitUntil("it waits", () => hasOpen(world));
  await world.writerWith(racing)("head", signal);
  await request;
  await world.fleetTree.pull();
  expect(await world.fleetTree.git("log", "-2", "--format=%s")).toMatch(/^promote web to open.*\nby hand$/);
});

test("what an intent rests on in the same push is not believed before the push succeeds", async () => {
  const world = await town();
  const [, second, third] = world.revisions;
  const requests = [second, second].map((revision) => world.promote(caller, promotion("open", revision), signal));
  for (const request of requests) request.catch(() => {});
  await waitUntil("both wait", async () => (await pending(world)) === 2);
  const currentAtPush: unknown[] = [];
  const racing: FleetWorld["git"] = {
    open: async (place, s) => {
      const mirror = await world.git.open(place, s);
      return {
        ...mirror,
        push: async (...args) => {
          const { rowCount } = await world.database.query({ text: "select id from intents where state = 'current'" });
          if (currentAtPush.push(rowCount) === 1) await world.fleetTree.push({ "pins/open/web.yaml": `revision: ${third}\n` }, "by hand");
          return mirror.push(...args);
        },
      };
    },
  };
  await world.writerWith(racing)("head", signal);
  await Promise.all(requests);
  expect(currentAtPush).toEqual([0, 0]);
  expect(await pinOf(world, "open")).toBe(second);
});

test("a crash between push and projection does not commit twice", async () => {
  const world = await town();
  const promoted = world.promote(caller, promotion("open", world.revisions[1]), signal);
  const added = world.addCluster(caller, { name: "us" }, signal);
  await waitUntil("both wait", async () => (await pending(world)) === 2);
  const crashing: FleetWorld["git"] = {
    open: async (place, s) => {
      const mirror = await world.git.open(place, s);
      return { ...mirror, push: (...args) => mirror.push(...args).then(() => Promise.reject(new Error("the machine stops here"))) };
    },
  };
  expect(await world.writerWith(crashing)("head", signal)).toMatchObject({ kind: "recheck" });
  const pushed = await world.fleetTree.pull();
  await world.writer("head", signal);
  await world.writer("head", signal);
  const [{ id }, { clusterId }] = await Promise.all([promoted, added]);
  expect(await world.intents.load(id)).toMatchObject({ state: "current" });
  expect((await world.fleet.get("Cluster", "us"))?.form.id).toBe(clusterId);
  expect(await world.fleetTree.pull()).toBe(pushed);
});

test("while the git host is down a promotion is refused as unavailable and changes nothing", async () => {
  const world = await town();
  const request = world.promote(caller, promotion("open", world.revisions[1]), signal);
  request.catch(() => {});
  await waitUntil("it waits", () => hasOpen(world));
  await world.host.stop();
  await world.writer("head", signal);
  await expect(request).rejects.toMatchObject({ kind: "unavailable", code: "FLEET_REPOSITORY_UNAVAILABLE" });
  expect(await pinOf(world, "open")).toBeUndefined();
  expect((await world.database.query({ text: "select state from intents" })).rows).toEqual([{ state: "void" }]);
});

test("a request that nobody takes is withdrawn by its requester", async () => {
  const world = await town();
  const impatient = new AbortController();
  const request = world.promote(caller, promotion("open", world.revisions[1]), impatient.signal);
  request.catch(() => {});
  await waitUntil("it waits", () => hasOpen(world));
  impatient.abort();
  await expect(request).rejects.toMatchObject({ code: "FLEET_WRITE_TIMEOUT" });
  const before = await world.fleetTree.pull();
  await world.writer("head", signal);
  expect(await world.fleetTree.pull()).toBe(before);
});

test("a rollback goes to the revision that completed before, or to any that did", async () => {
  const world = await town();
  const [first, second, third] = world.revisions;
  for (const revision of [second, third]) await completeRollout(world, "web", "production", revision);
  await world.fleetTree.push({ "pins/production/web.yaml": `revision: ${third}\n` });
  await world.projector.fetchAndProject(signal);
  const ask = { application: "web", environment: "production", reason: "errors" };

  await carriedOut(world, world.rollback(caller, ask, signal));
  expect(await pinOf(world, "production")).toBe(second);
  await carriedOut(world, world.rollback(caller, { ...ask, revision: first.slice(0, 8) }, signal));
  expect(await pinOf(world, "production")).toBe(first);
  await carriedOut(world, world.rollback(caller, { ...ask, revision: second, cluster: "eu" }, signal));
  expect((await world.fleet.get("Pin", "production/web"))?.form).toMatchObject({
    revision: first,
    clusters: { eu: { revision: second, reason: "errors" } },
  });

  await expect(world.rollback(caller, { ...ask, revision: unknown }, signal)).rejects.toMatchObject({
    code: "NOT_COMPLETED_HERE",
    details: { candidates: [third, second] },
  });
  await expect(world.rollback(caller, { ...ask, cluster: "nosuch" }, signal)).rejects.toMatchObject({ code: "CLUSTER_NOT_FOUND" });
  await expect(world.rollback(caller, { ...ask, environment: "open", cluster: "eu" }, signal)).rejects.toMatchObject({
    code: "CLUSTER_NOT_IN_ENVIRONMENT",
  });
});

test("a cluster is added and relabelled by commits", async () => {
  const world = await town();
  const { clusterId } = await carriedOut(world, world.addCluster(caller, { name: "us", labels: { tier: "production" } }, signal));
  expect(await world.fleet.get("Cluster", "us")).toMatchObject({
    path: "clusters/us.yaml",
    form: { id: clusterId, labels: { tier: "production" } },
  });
  expect((await world.database.query({ text: "select id, state from clusters where name = 'us'" })).rows).toEqual([
    { id: clusterId, state: "Pending" },
  ]);
  await carriedOut(world, world.relabelCluster(caller, { name: "us", labels: { tier: "staging" }, reason: "moved" }, signal));
  expect((await world.fleet.get("Cluster", "us"))?.form.labels).toEqual({ tier: "staging" });
  await expect(world.addCluster(caller, { name: "us" }, signal)).rejects.toMatchObject({ code: "CLUSTER_EXISTS" });
  await expect(world.addCluster(caller, { name: "asia", project: "nosuch" }, signal)).rejects.toMatchObject({ code: "PROJECT_NOT_FOUND" });
});

test("a broken pin file is left to its author", async () => {
  const world = await town();
  await world.fleetTree.push({ "pins/open/web.yaml": "revision: [\n" });
  await world.projector.fetchAndProject(signal);
  await expect(carriedOut(world, world.promote(caller, promotion("open", world.revisions[1]), signal))).rejects.toMatchObject({
    code: "FLEET_FILE_BROKEN",
  });
});
