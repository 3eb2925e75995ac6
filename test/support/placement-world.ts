import { base32, type ClusterId, DroverError, type Instant, instant, type JsonObject } from "@drover/kit";
import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import { type ApplicationStatus, type Digest, digestOf, type FailingObject, type Health, type Sync } from "@drover/proto/wire";
import { createFleetStore } from "../../control-plane/src/adapters/pg/fleet/fleet-store.ts";
import { createPlacementStore } from "../../control-plane/src/adapters/pg/placement/placements.ts";
import { createQuarantines } from "../../control-plane/src/adapters/pg/rollback/quarantines.ts";
import { createReportStore } from "../../control-plane/src/adapters/pg/report/reports.ts";
import { createRolloutControl } from "../../control-plane/src/adapters/pg/rollout/rollout-control.ts";
import { createRolloutStore } from "../../control-plane/src/adapters/pg/rollout/rollouts.ts";
import { askFor, createWorkQueue } from "../../control-plane/src/adapters/pg/work-queue.ts";
import { createRolloutCommands } from "../../control-plane/src/app/rollout/control-rollout.ts";
import { createPlacementReconciler } from "../../control-plane/src/app/placement/reconcile-placement.ts";
import { createRolloutReconciler } from "../../control-plane/src/app/rollout/reconcile-rollout.ts";
import type { Releases } from "../../control-plane/src/app/release/releases.ts";
import type { Inputs, Release, ReleaseId } from "../../control-plane/src/domain/release/release.ts";
import { type TestDatabase, testDatabase } from "./database.ts";

export const cid = (name: string): ClusterId => base32(new TextEncoder().encode(name.padEnd(16, "-"))) as ClusterId;
const place = { application: "web", environment: "production" } as const;

/**
 * A fleet of clusters whose agents report what a test says, on a real database. Git and rendering are ours to say: a release has the
 * revision's name, and its bundle is made of revision and inputs.
 */
export async function placementWorld(clusters: readonly string[], forms: Partial<FleetForms> = {}): Promise<PlacementWorld> {
  const world = new PlacementWorld(await testDatabase());
  await world.put("Application", "web", { source: { repository: "https://git.example/web" }, ...forms.Application });
  await world.put("Environment", "production", { clusterSelector: { matchLabels: { env: "production" } }, ...forms.Environment });
  if (forms.Strategy) await world.put("Strategy", "waves", forms.Strategy);
  for (const name of clusters) await world.addCluster(name);
  return world;
}

interface TargetRow {
  readonly name: string;
  readonly state: string;
  readonly generation: number | null;
}

export class PlacementWorld {
  readonly database: TestDatabase;
  readonly renders: { readonly revision: string; readonly inputs: Inputs }[] = [];
  /** Revisions that render to nothing, or not at all. */
  readonly emptyRevisions = new Set<string>();
  /** What a revision's bundle holds, for who looks into it. */
  readonly manifests = new Map<string, readonly JsonObject[]>();
  readonly brokenRevisions = new Set<string>();
  /** What stands in for git and rendering. */
  readonly releases: Releases;
  readonly reconcilePlacement: ReturnType<typeof createPlacementReconciler>;
  readonly reconcileRollout: ReturnType<typeof createRolloutReconciler>;
  readonly commands: ReturnType<typeof createRolloutCommands>;
  #aheadMs = 0;
  #commits = 0;
  #rollouts = 0;
  readonly #seq = new Map<string, number>();

  constructor(database: TestDatabase) {
    this.database = database;
    const newRolloutId = (): string => `r${(this.#rollouts += 1)}`;
    const placements = createPlacementStore(database);
    this.releases = this.#releases();
    this.reconcilePlacement = createPlacementReconciler({
      fleet: createFleetStore(database),
      releases: this.releases,
      placements,
      quarantines: createQuarantines(database),
      newRolloutId,
    });
    this.reconcileRollout = createRolloutReconciler({ rollouts: createRolloutStore(database), clock: { now: () => this.now() } });
    this.commands = createRolloutCommands({ control: createRolloutControl(database) });
  }

  now(): Instant {
    return instant(Date.now() + this.#aheadMs);
  }

  /** The planner's clock; PostgreSQL keeps its own time, so that reports seem old by as much. */
  passTime(ms: number): void {
    this.#aheadMs += ms;
  }

  /** A commit in the fleet repository that changes one object, as the projection leaves it. */
  async put<Kind extends FleetKind>(kind: Kind, name: string, form: FleetForms[Kind]): Promise<void> {
    const commit = `fleet${(this.#commits += 1)}`;
    await this.database.query({
      text: "insert into fleet_commits (commit, author, message, committed_at) values ($1, 'ada', $2, now())",
      values: [commit, `change ${kind} ${name}`],
    });
    await this.database.query({
      text: `insert into fleet_objects (kind, name, path, blob, form, commit) values ($1, $2, $2, 'b', $3, $4)
             on conflict (kind, name) do update set form = excluded.form, commit = excluded.commit`,
      values: [kind, name, JSON.stringify(form), commit],
    });
  }

  async pin(revision: string, clusters?: Readonly<Record<string, string>>): Promise<void> {
    const exceptions = Object.entries(clusters ?? {}).map(([name, pinned]) => [name, { revision: pinned }]);
    await this.put("Pin", "production/web", { revision, ...(clusters ? { clusters: Object.fromEntries(exceptions) } : {}) });
    await this.settle();
  }

  async addCluster(name: string, form: Partial<FleetForms["Cluster"]> = {}): Promise<void> {
    await this.put("Cluster", name, { id: cid(name), labels: { env: "production" }, ...form });
    await this.database.query({
      text: `insert into clusters (id, name, state, enrolment) values ($1, $2, 'Enrolled', 1) on conflict (id) do nothing`,
      values: [cid(name), name],
    });
    await this.hear([name]);
  }

  /** Everything that is due is done, as by the workers. */
  async settle(): Promise<void> {
    await askFor(this.database, "placement", [`${place.application} ${place.environment}`]);
    await this.work();
  }

  async work(): Promise<void> {
    const queue = createWorkQueue(this.database);
    for (;;) {
      const claims = [...(await queue.claim("placement", 10, 60_000)), ...(await queue.claim("rollout", 10, 60_000))];
      if (claims.length === 0) return;
      for (const claim of claims) {
        const handler = claim.queue === "placement" ? this.reconcilePlacement : this.reconcileRollout;
        await queue.settle(claim, await handler(claim.key, AbortSignal.timeout(10_000)));
      }
    }
  }

  /** Agents say what they have now: exactly their assignment, and how it is. */
  async report(
    names: readonly string[],
    health: Health,
    over: { readonly sync?: Sync; readonly failing?: FailingObject[] } = {},
  ): Promise<void> {
    const { rows } = await this.database.query<{ cluster_id: ClusterId; generation: number; bundle: Digest }>({
      text: "select cluster_id, generation, bundle from assignments where application = 'web' and cluster_id = any($1) and state = 'active'",
      values: [names.map(cid)],
    });
    const observedAt = new Date(this.now()).toISOString();
    const assigned = new Map(rows.map((row) => [row.cluster_id, row]));
    const said = (name: string): ApplicationStatus[] => {
      const { generation, bundle } = assigned.get(cid(name)) ?? {};
      if (generation === undefined || bundle === undefined) return [];
      const words = { sync: "Synced" as const, health, failing: [], objects: 1, drifted: 0, observedAt, ...over };
      return [{ application: "web", generation, bundle, ...words }];
    };
    await this.#commitReports(names.map((name) => ({ name, applications: said(name) })));
    await this.work();
  }

  /** Agents that have nothing to say about the application yet. */
  async hear(names: readonly string[]): Promise<void> {
    await this.#commitReports(names.map((name) => ({ name, applications: [] })));
  }

  /** Reports health for whatever is in flight until nothing moves. */
  async reportUntilDone(health: Health = "Healthy"): Promise<void> {
    for (;;) {
      const waiting = (await this.targets()).filter(({ state }) => state === "inFlight").map(({ name }) => name);
      if (waiting.length === 0) return;
      await this.report(waiting, health);
    }
  }

  async targets(rolloutId?: string): Promise<readonly TargetRow[]> {
    const { rows } = await this.database.query<TargetRow & Record<string, unknown>>({
      text: `select c.name, t.state, t.generation from rollout_targets t join clusters c on c.id = t.cluster_id
              where t.rollout_id = coalesce($1, (select id from rollouts order by created_at desc, length(id) desc, id desc limit 1)) order by c.name`,
      values: [rolloutId ?? null],
    });
    return rows;
  }

  async states(rolloutId?: string): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries((await this.targets(rolloutId)).map(({ name, state }) => [name, state]));
  }

  /** `r1 Environment v1 Completed`, oldest first. */
  async rollouts(): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ line: string }>({
      text: "select id || ' ' || scope || ' ' || revision || ' ' || phase as line from rollouts order by length(id), id",
    });
    return rows.map(({ line }) => line);
  }

  /** `v1 generation 1` by cluster. */
  async assignments(): Promise<Readonly<Record<string, string>>> {
    const { rows } = await this.database.query<{ name: string; line: string }>({
      text: `select c.name, a.revision || ' generation ' || a.generation || case a.state when 'active' then '' else ' ' || a.state end as line
               from assignments a join clusters c on c.id = a.cluster_id order by c.name`,
    });
    return Object.fromEntries(rows.map(({ name, line }) => [name, line]));
  }

  async problem(): Promise<string | undefined> {
    const { rows } = await this.database.query<{ code: string | null }>({
      text: "select problem ->> 'code' as code from placements where application = 'web' and environment = 'production'",
    });
    return rows[0]?.code ?? undefined;
  }

  async #commitReports(reports: readonly { readonly name: string; readonly applications: ApplicationStatus[] }[]): Promise<void> {
    const seq = (name: string): number => {
      const next = (this.#seq.get(name) ?? 0) + 1;
      this.#seq.set(name, next);
      return next;
    };
    await createReportStore(this.database).commit(
      reports.map(({ name, applications }) => ({
        report: {
          cluster: cid(name),
          enrolment: 1,
          boot: 1,
          seq: seq(name),
          agentVersion: "0.1.0",
          kubernetesVersion: "v1.36.3",
          epoch: 1,
          sequence: 1,
          applications,
          events: [],
        },
        digest: digestOf([name, this.#seq.get(name)]),
        eventSeq: 0,
      })),
    );
  }

  #releases(): Releases {
    const { database, renders, emptyRevisions, brokenRevisions, manifests } = this;
    const bundles = new Map<string, readonly JsonObject[]>();
    return {
      find: async () => undefined,
      async resolve(_spec, revision) {
        if (revision === "missing") throw new DroverError("not-found", "REVISION_NOT_FOUND", `resolve ${revision}: it does not exist`);
        return revision;
      },
      async ensure(application, spec, revision) {
        const release: Release = {
          id: `${application}@${revision}` as ReleaseId,
          application,
          number: 1,
          revision,
          spec,
          author: "grace",
          message: `work on ${revision}\n\nmore`,
          committedAt: instant(0),
        };
        await database.query({
          text: `insert into releases (id, application, number, revision, spec_digest, spec, author, message, committed_at)
                 values ($1, $2, (select count(*) + 1 from releases), $3, 'd', $4, 'grace', 'work', now()) on conflict do nothing`,
          values: [release.id, application, revision, JSON.stringify(spec)],
        });
        return release;
      },
      async render(release, inputs) {
        renders.push({ revision: release.revision, inputs });
        if (brokenRevisions.has(release.revision))
          return { kind: "problem", problem: { code: "MANIFEST_YAML", message: "render web: it is broken" } };
        const objects = emptyRevisions.has(release.revision) ? 0 : 1;
        // A revision named v2+docs renders as v2 does: it changes nothing but documents.
        const digest = digestOf([objects === 0 ? "empty" : release.revision.split("+", 1)[0], inputs]);
        await database.query({
          text: "insert into bundles (digest, size, objects, gzip) values ($1, 1, $2, '') on conflict do nothing",
          values: [digest, objects],
        });
        bundles.set(digest, manifests.get(release.revision) ?? []);
        return { kind: "bundle", digest, size: 1, objects };
      },
      objects: async (bundle) => bundles.get(bundle) ?? [],
    };
  }
}
