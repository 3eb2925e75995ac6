import { DroverError, type JsonObject, member } from "@drover/kit";
import { type Assignment, pruneListHash } from "@drover/proto/wire";
import fc from "fast-check";
import type { Kube, KubeObject, ObjectRef, Resource } from "../../src/app/kube.ts";
import type { Agent } from "../../src/app/agent.ts";
import { annotationOf, labelOf, uidOf } from "../../src/domain/manifest-fields.ts";
import { keyOf } from "../../src/domain/manifest.ts";
import { ownerLabel, ownerOf } from "../../src/domain/owner.ts";
import type { TestControlPlane } from "./control-plane.ts";
import { assignment } from "./fleet.ts";
import { DeletionJudge } from "./deletion-judge.ts";

const applications = ["blue", "green"] as const;
type Name = (typeof applications)[number];

/** What happens to a cluster of two applications between which objects move. */
export type Step =
  | { readonly kind: "assign"; readonly bundles: Readonly<Record<Name, readonly string[]>> }
  | { readonly kind: "approve"; readonly application: Name; readonly list: "right" | "wrong" }
  | { readonly kind: "delete" | "recreate"; readonly object: string }
  | { readonly kind: "relabel"; readonly object: string; readonly owner: Name | "nobody" }
  | { readonly kind: "remove"; readonly application: Name; readonly policy: "Delete" | "Orphan" }
  | { readonly kind: "restart" }
  /** Lists of ConfigMaps fail until the next step, which begins with a restart. */
  | { readonly kind: "outage" };

const bulk = Array.from({ length: 25 }, (_, i) => `bulk-${i}`);
const plain = ["a", "b", "c", "d"];
const delicate = ["kept", "confirm", "db"];
const anchors: Readonly<Record<Name, string>> = { blue: "anchor-blue", green: "anchor-green" };
const all = [...plain, ...delicate, ...bulk, ...Object.values(anchors)];

/** Mostly what may go without anybody's approval: one object that may not holds everything else with it. */
const bundleOf = (application: Name): fc.Arbitrary<readonly string[]> =>
  fc
    .record({
      plain: fc.subarray(plain),
      delicate: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.subarray(delicate) }),
      bulk: fc.constantFrom<readonly string[]>([], [], [], bulk.slice(0, 3), bulk),
      anchor: fc.constantFrom([anchors[application]], [anchors[application]], [anchors[application]], []),
    })
    .map((parts) => [...parts.anchor, ...parts.plain, ...parts.delicate, ...parts.bulk]);
const object = fc.constantFrom(...plain, ...delicate, "bulk-1");

export const pruneHistories: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("assign" as const),
        bundles: fc.record({ blue: bundleOf("blue"), green: bundleOf("green") }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("approve" as const),
        application: fc.constantFrom(...applications),
        list: fc.constantFrom("right" as const, "right" as const, "wrong" as const),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("delete" as const, "recreate" as const), object }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("relabel" as const), object, owner: fc.constantFrom("nobody" as const, ...applications) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("remove" as const),
        application: fc.constantFrom(...applications),
        policy: fc.constantFrom("Delete" as const, "Orphan" as const),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: "restart" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "outage" as const }) },
  ),
  { minLength: 4, maxLength: 9 },
);

const manifest = (name: string): JsonObject => {
  if (name === "db")
    return {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name },
      spec: {
        replicas: 0,
        serviceName: "db",
        selector: { matchLabels: { app: "db" } },
        template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "db", image: "example.com/db:1" }] } },
      },
    };
  const prune = name === "kept" ? "disabled" : name === "confirm" ? "confirm" : undefined;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, ...(prune ? { annotations: { "drover.dev/prune": prune } } : {}) },
    data: { a: "1" },
  };
};

const theirs = (name: string, namespace: string): KubeObject => ({ ...(manifest(name) as KubeObject), metadata: { name, namespace } });

const configMaps: Resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };
const statefulSets: Resource = { group: "apps", version: "v1", kind: "StatefulSet", plural: "statefulsets", namespaced: true, verbs: [] };

export interface HistoryWorld {
  readonly controlPlane: TestControlPlane;
  /** As an administrator. */
  readonly kube: Kube;
  readonly namespace: string;
  startAgent(kube: Kube): Promise<Agent>;
}

/** Lives through a history. Every deletion of the agent is judged in the moment it leaves; answers how many writes of it were seen. */
export async function replayHistory(world: HistoryWorld, steps: readonly Step[]): Promise<Pick<DeletionJudge, "applies" | "deletions">> {
  const { controlPlane, kube, namespace } = world;
  const { signal } = new AbortController();
  const refOf = (name: string): ObjectRef => ({ resource: name === "db" ? statefulSets : configMaps, namespace, name });
  const idOf = (name: string) => ({
    group: name === "db" ? "apps" : "",
    kind: name === "db" ? "StatefulSet" : "ConfigMap",
    namespace,
    name,
  });
  const keysOf = (names: readonly string[]): readonly string[] => names.map((name) => keyOf(idOf(name)));
  const owners = new Map(applications.map((name) => [ownerOf(name, controlPlane.cluster), name as string]));
  const judge = new DeletionJudge(owners, (ref) => kube.get(ref, signal));
  let sent = 0;
  const assigned = new Map<Name, Assignment>();
  const wanted = new Map<Name, readonly string[]>(applications.map((name) => [name, []]));
  let failing = false;
  const agentKube = watched(kube, judge, () => failing);
  let agent = await world.startAgent(agentKube);

  /** Until the agent has it. */
  const send = async (): Promise<void> => {
    controlPlane.assign(...assigned.values());
    sent += 1;
    while (agent.health().position?.sequence !== sent) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const restart = async (): Promise<void> => {
    await agent.stop();
    agent = await world.startAgent(agentKube);
  };
  /** Not every history comes to rest; one that goes on meanwhile is a history as well. */
  const rest = async (): Promise<void> => {
    const giveUpAt = performance.now() + 700;
    const isAtRest = (): boolean =>
      [...assigned.values()].every(({ application, generation }) => {
        const status = agent.statuses().find((one) => one.application === application);
        return status?.generation === generation && (status.sync === "Synced" || status.reason === "PruneHeld");
      });
    while (!isAtRest() && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  /** What would be deleted of the application as things are. */
  const leftovers = async (application: Name): Promise<readonly string[]> => {
    const left: string[] = [];
    for (const name of all) {
      const live = await kube.get(refOf(name), signal);
      const key = keyOf(idOf(name));
      const isOurs =
        live && labelOf(live, ownerLabel) === ownerOf(application, controlPlane.cluster) && judge.made(application, key, uidOf(live));
      if (isOurs && annotationOf(live, "drover.dev/prune") !== "disabled" && ![...wanted.values()].flat().includes(name)) left.push(name);
    }
    return left;
  };

  const perform = async (step: Step): Promise<void> => {
    if (step.kind !== "outage" && failing) {
      failing = false;
      await restart();
    }
    switch (step.kind) {
      case "assign":
        for (const application of applications) {
          const names = step.bundles[application].filter((name) => application === "blue" || !step.bundles.blue.includes(name));
          const generation = (assigned.get(application)?.generation ?? 0) + 1;
          wanted.set(application, names);
          judge.announced(application, keysOf(names));
          assigned.set(application, assignment(controlPlane.bundle(names.map(manifest)), { application, namespace, generation }));
        }
        await send();
        for (const [application, names] of wanted) judge.takenUp(application, keysOf(names));
        return;
      case "approve": {
        const before = assigned.get(step.application);
        if (!before) return;
        const names = await leftovers(step.application);
        const list = step.list === "right" ? names : [...names, "nothing"];
        if (step.list === "right") judge.approved(step.application, keysOf(names));
        assigned.set(step.application, { ...before, approvedPrunes: [pruneListHash(list.map(idOf))] });
        return send();
      }
      case "remove": {
        const before = assigned.get(step.application);
        if (!before) return;
        const { application, generation } = before;
        wanted.set(step.application, []);
        judge.announced(application, [], step.policy);
        assigned.set(step.application, { ...before, generation: generation + 1, state: "removing", deletionPolicy: step.policy });
        await send();
        return judge.removing(application, step.policy);
      }
      case "delete":
      case "recreate":
        await remove(kube, refOf(step.object), signal);
        if (step.kind === "recreate") await kube.create(refOf(step.object), theirs(step.object, namespace), signal).catch(ifKnown);
        return;
      case "relabel": {
        const live = await kube.get(refOf(step.object), signal);
        if (!live) return;
        const owner = step.owner === "nobody" ? "nobody" : ownerOf(step.owner, controlPlane.cluster);
        const labels = { ...(member(live.metadata, "labels") as JsonObject | undefined), [ownerLabel]: owner };
        await kube.replace(refOf(step.object), { ...live, metadata: { ...live.metadata, labels } }, signal).catch(ifKnown);
        return;
      }
      case "restart":
        return restart();
      case "outage":
        failing = true;
        return restart();
    }
  };

  for (const step of steps) {
    await perform(step);
    await rest();
    judge.check();
  }
  await agent.stop();
  judge.check();
  return judge;
}

async function remove(kube: Kube, ref: ObjectRef, signal: AbortSignal): Promise<void> {
  const live = await kube.get(ref, signal);
  if (live) await kube.delete(ref, { uid: uidOf(live) }, signal).catch(ifKnown);
}

/** The agent was faster. */
function ifKnown(thrown: unknown): void {
  const known = thrown instanceof DroverError && ["KUBE_NOT_FOUND", "KUBE_STALE", "KUBE_EXISTS"].includes(thrown.code);
  if (!known) throw thrown;
}

/** The cluster as the agent sees it: what it makes and deletes is told to the judge, and lists fail when they are to. */
function watched(kube: Kube, judge: DeletionJudge, isFailing: () => boolean): Kube {
  const own: Pick<Kube, "apply" | "delete" | "list" | "as" | "fenced"> = {
    apply: async (ref, object, options, signal) => {
      const made = await kube.apply(ref, object, options, signal);
      if (!options.dryRun) judge.applied(made);
      return made;
    },
    delete: async (ref, precondition, signal) => {
      await judge.deleting(ref, precondition);
      await kube.delete(ref, precondition, signal);
    },
    list: async (resource, options, signal) => {
      if (isFailing() && resource.kind === "ConfigMap") throw new DroverError("unavailable", "KUBE_UNAVAILABLE", "list: 503");
      return kube.list(resource, options, signal);
    },
    as: (user) => watched(kube.as(user), judge, isFailing),
    fenced: (check) => watched(kube.fenced(check), judge, isFailing),
  };
  return new Proxy(kube, {
    get: (target, name, receiver) => (name in own ? own[name as keyof typeof own] : (Reflect.get(target, name, receiver) as unknown)),
  });
}
