import { type Backoff, backoffMs, canonicalJson, fullJitter, rfc3339 } from "@drover/kit";
import type { ApplicationStatus, Assignment } from "@drover/proto/wire";
import type { Inventory } from "../../domain/inventory.ts";
import { groupOf, keyOf, type ObjectId } from "../../domain/manifest.ts";
import { namespaceOf } from "../../domain/manifest-fields.ts";
import { ownerLabel } from "../../domain/owner.ts";
import { takeUp } from "../../domain/take-up.ts";
import type { KubeObject } from "../kube.ts";
import { Accesses } from "./access.ts";
import { Batch } from "./schedule/batch.ts";
import { type Application, applicationFromInventory, createApplication, headOf, isActive, reportOf, settleStatus } from "./application.ts";
import type { EngineContext, EngineDeps } from "./context.ts";
import { Discovery } from "./watch/discovery.ts";
import { runDryRunNet } from "./drift/dry-run-net.ts";
import { failureOf } from "./failure.ts";
import { reactToDrift } from "./drift/heal.ts";
import { receive } from "./schedule/hold-object.ts";
import { hookInspected, receiveHook } from "./sync/hook-events.ts";
import { KeyedWork } from "./schedule/keyed-work.ts";
import { KubeEvents } from "./kube-events.ts";
import { isHeldListOld } from "./delete/plan-deletion.ts";
import { type Inspected, PodInspector } from "./watch/pod-inspector.ts";
import { canGoOn, isDeleting } from "./delete/prune.ts";
import type { Outcome } from "./outcome.ts";
import { reconcile } from "./reconcile.ts";
import { retryFailedSync } from "./sync/sync-phases.ts";
import { TerminatingNamespaces } from "./watch/terminating-namespaces.ts";
import { inApplySpan } from "./trace.ts";
import { Suspensions } from "./watch/suspensions.ts";
import type { ObjectEvent, Tracked } from "./tracked.ts";
import { isWaitOver } from "./sync/waiting.ts";
import { Wake } from "./schedule/wake.ts";
import { Watches, type WatchScope, type WatchSink } from "./watch/watches.ts";

/** Pieces of work at once: as many as the pace of requests allows at most (adapters/kube/pace.ts), since each waits for one at a time. */
const requestsAtOnce = 16;
const retries: Backoff = { firstMs: 1_000, factor: 3, maxMs: 300_000 };
/** Statuses are computed and inventories written at most this often, however many events come. */
const settleEveryMs = 20;
const saveInventoriesEveryMs = 500;

/** Keeps every application of this cluster as its assignment says. Applications do not wait for each other. */
export class Engine implements WatchSink {
  readonly #context: EngineContext;
  readonly #accesses: Accesses;
  readonly #suspensions: Suspensions;
  #inMaintenance = false;
  readonly #applications = new Map<string, Application>();
  readonly #wakes = new Map<string, Wake>();
  /** Who waits for the end of an application's next run. */
  readonly #askedToRun = new Map<string, readonly (() => void)[]>();
  readonly #stop = new AbortController();
  #started = false;
  readonly #loops: Promise<void>[] = [];
  readonly #pods: PodInspector;
  readonly #onStatus: () => void;
  readonly #unsettled = new Batch<Application>(settleEveryMs);
  readonly #unsaved = new Batch<Application>(saveInventoriesEveryMs);

  /** `onStatus` is told that statuses may have changed; it asks `statuses()` when it likes. */
  constructor(deps: EngineDeps, onStatus: () => void) {
    const signal = this.#stop.signal;
    const { kube, ...world } = deps;
    const { clock, log, random } = world;
    this.#accesses = new Accesses(kube);
    const discovery = new Discovery(kube);
    const watches = new Watches({ clock, random, log, labelSelector: ownerLabel, sink: this }, signal);
    const observed = (application: Application, tracked: Tracked): void => this.#observed(application, tracked);
    const inventoryChanged = (application: Application): void => this.#unsaved.add(application);
    this.#suspensions = new Suspensions({ kube, clock, random, log, changed: (namespace) => this.#suspensionChanged(namespace) });
    const isSuspended: EngineContext["isSuspended"] = ({ suspended, id }) => suspended || this.#suspensions.has(id.namespace);
    const kubeEvents = new KubeEvents({ clock, log });
    const events: EngineContext["events"] = {
      record: (event) => {
        world.events.record(event);
        if (event.application !== undefined) kubeEvents.record(this.#applications.get(event.application), event, signal);
      },
    };
    this.#context = {
      ...world,
      events,
      discovery,
      watches,
      work: new KeyedWork(requestsAtOnce),
      signal,
      observed,
      isSuspended,
      terminating: new TerminatingNamespaces(clock),
      applications: () => this.#applications.values(),
      request: (application) => this.#wakes.get(application.name)?.request(),
      inventoryChanged,
    };
    this.#pods = new PodInspector({ discovery, clock, log, signal }, (inspected) => this.#inspected(inspected));
    this.#onStatus = onStatus;
    const settle = (applications: readonly Application[]): void => this.#settle(applications);
    const save = (applications: readonly Application[]): Promise<void> => this.#save(applications);
    this.#loops.push(this.#unsettled.run(settle, clock, signal), this.#unsaved.run(save, clock, signal));
  }

  /** Takes over what the last process left. Nothing runs before `start`, so that the stored envelope is seen by the first run. */
  restore(inventories: readonly Inventory[]): void {
    for (const inventory of inventories) this.#add(applicationFromInventory(inventory, this.#accesses.of(inventory.user)));
  }

  /** Begins once it is known which namespaces are to be left alone. */
  async start(): Promise<void> {
    const { ended } = await this.#suspensions.start(this.#stop.signal);
    this.#loops.push(ended);
    this.#started = true;
    for (const [name, wake] of this.#wakes) this.#launch(name, wake);
    this.#loops.push(runDryRunNet(this.#context));
  }

  /** Puts the assignments of a newer envelope in force. What it does not name stays as it is and is not changed any more. */
  assign(assignments: readonly Assignment[]): void {
    const held = [...this.#applications.values()].flatMap(({ assignment }) => assignment ?? []);
    for (const taken of takeUp(held, assignments))
      if (taken.kind === "take") this.#take(taken.assignment);
      else
        this.#context.events.record({
          kind: "AssignmentRefused",
          application: taken.assignment.application,
          message: `generation ${taken.assignment.generation} is older than ${taken.held.generation}, which stays in force`,
        });
    const named = new Set(assignments.map(({ application }) => application));
    for (const application of this.#applications.values()) if (!named.has(application.name)) this.#unassign(application);
    this.#context.watches.keepOnly(new Set([...this.#applications.values()].map(({ access: { user } }) => user)));
  }

  get inMaintenance(): boolean {
    return this.#inMaintenance;
  }

  /** While it is on nothing is changed; when it ends everything is compared anew. */
  setMaintenance(isOn: boolean): void {
    this.#inMaintenance = isOn;
    for (const application of this.#applications.values()) {
      application.inMaintenance = isOn;
      this.#request(application);
    }
  }

  #suspensionChanged(namespace: string): void {
    for (const application of this.#applications.values())
      for (const tracked of application.objects.values()) {
        if (tracked.id.namespace !== namespace) continue;
        this.#request(application);
        this.#context.observed(application, tracked);
      }
  }

  /** What questions about an application are answered from. */
  about(name: string): { readonly application: Application; readonly context: EngineContext } | undefined {
    const application = this.#applications.get(name);
    return application && { application, context: this.#context };
  }

  /** Runs an application again, as after a failure. Resolves when that run is over. */
  async rerun(name: string, signal: AbortSignal): Promise<void> {
    const over = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => over.reject(signal.reason as Error), { once: true });
    this.#askedToRun.set(name, [...(this.#askedToRun.get(name) ?? []), over.resolve]);
    const application = this.#applications.get(name);
    if (application) retryFailedSync(application);
    this.#wakes.get(name)?.request();
    await over.promise;
  }

  statuses(): readonly ApplicationStatus[] {
    const now = this.#context.clock.now();
    return [...this.#applications.values()].map((application) => ({
      // Whether a finalizer is stuck is a matter of time alone.
      ...((isDeleting(application) ? undefined : application.status) ?? reportOf(application, now)),
      observedAt: rfc3339(now),
    }));
  }

  /** Tries again at once what waits for the control plane. */
  resume(): void {
    for (const { name, progress } of this.#applications.values()) if (progress.kind === "failed") this.#wakes.get(name)?.request();
  }

  /** Stops every loop and waits for writes under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#loops);
  }

  listed(scope: WatchScope, objects: readonly KubeObject[]): void {
    const byKey = new Map(objects.map((object) => [keyOfObject(object), object]));
    for (const application of this.#applications.values())
      for (const tracked of application.objects.values()) {
        if (!this.#isSeen(application, tracked, scope)) continue;
        const object = byKey.get(tracked.key);
        receive(application, tracked, object ? { kind: "changed", object } : { kind: "absent" }, this.#context);
      }
    for (const application of this.#applications.values())
      for (const [key, { id }] of application.target?.hooks ?? []) {
        if (!isInScope(id, scope)) continue;
        const object = byKey.get(key);
        this.#deliverToHook(application, scope, key, object ? { kind: "changed", object } : { kind: "absent" });
      }
  }

  changed(scope: WatchScope, object: KubeObject): void {
    this.#deliver(scope, { kind: "changed", object });
  }

  deleted(scope: WatchScope, object: KubeObject): void {
    this.#deliver(scope, { kind: "deleted", object });
  }

  /** By identity and not by label: an object whose label somebody changed is still the one we know. */
  #deliver(scope: WatchScope, event: Exclude<ObjectEvent, { kind: "absent" }>): void {
    const key = keyOfObject(event.object);
    for (const application of this.#applications.values()) {
      const tracked = application.objects.get(key);
      if (tracked && this.#isSeen(application, tracked, scope)) receive(application, tracked, event, this.#context);
      this.#deliverToHook(application, scope, key, event);
    }
  }

  #deliverToHook(application: Application, { access, resource }: WatchScope, key: string, event: ObjectEvent): void {
    const hook = application.target?.hooks.get(key);
    if (!hook || access.user !== application.access.user) return;
    if (this.#context.discovery.find(hook.id.group, hook.id.kind, hook.version)?.version !== resource.version) return;
    receiveHook(application, key, event);
    const inspected = hookInspected(application, key);
    if (inspected) this.#pods.inspect(application, inspected);
    this.#touch(application);
  }

  /** Versions of one kind differ in their fields, so an object is judged in the version it was applied in. */
  #isSeen({ access }: Application, { id, version }: Tracked, scope: WatchScope): boolean {
    const {
      access: { user },
      resource,
    } = scope;
    if (access.user !== user || !isInScope(id, scope)) return false;
    return this.#context.discovery.find(id.group, id.kind, version)?.version === resource.version;
  }

  #take(assignment: Assignment): void {
    const application =
      this.#applications.get(assignment.application) ??
      this.#add(createApplication(assignment.application, headOf(assignment), this.#accesses.of("")));
    if (application.assignment && isSame(application.assignment, assignment)) return;
    const { head, assignment: before } = application;
    application.assignment = assignment;
    application.head = headOf(assignment);
    application.access = this.#accesses.of(application.head.user);
    application.removed = false;
    if (head.generation !== assignment.generation) application.lastDegradedAt = undefined;
    // An approval changes nothing of what is asked for: what is in sync stays so.
    if (!before || !isSame(withoutApprovals(before), withoutApprovals(assignment))) application.progress = { kind: "pending" };
    this.#request(application);
  }

  #unassign(application: Application): void {
    if (application.removed) {
      this.#applications.delete(application.name);
      this.#wakes.get(application.name)?.request();
      this.#wakes.delete(application.name);
      this.#onStatus();
    } else if (application.assignment) {
      application.assignment = undefined;
      this.#request(application);
    }
  }

  #add(application: Application): Application {
    const wake = new Wake();
    application.inMaintenance = this.#inMaintenance;
    this.#applications.set(application.name, application);
    this.#wakes.set(application.name, wake);
    if (this.#started) this.#launch(application.name, wake);
    return application;
  }

  #launch(name: string, wake: Wake): void {
    const application = this.#applications.get(name);
    if (application) this.#loops.push(this.#drive(application, wake));
  }

  #request(application: Application): void {
    this.#wakes.get(application.name)?.request();
    this.#touch(application);
  }

  /** One application's loop: a run when something asks for one, and again after a failure. */
  async #drive(application: Application, wake: Wake): Promise<void> {
    const { clock, random, signal } = this.#context;
    await Promise.resolve(); // whoever adds an application assigns it in the same turn
    for (let failures = 0; !signal.aborted && this.#wakes.get(application.name) === wake;) {
      wake.taken();
      const asked = this.#askedToRun.get(application.name) ?? [];
      this.#askedToRun.delete(application.name);
      if (asked.length > 0) for (const tracked of application.objects.values()) tracked.retry = undefined;
      const outcome = await this.#run(application);
      this.#touch(application);
      for (const over of asked) over();
      failures = outcome.kind === "retry" ? failures + 1 : 0;
      if (outcome.kind === "superseded") continue;
      const backedOffMs = 500 + fullJitter(backoffMs(retries, Math.max(0, failures - 1)), random());
      const waitMs = outcome.kind === "retry" ? (outcome.afterMs ?? backedOffMs) : undefined;
      await wake.requested(waitMs, clock, signal);
    }
  }

  async #run(application: Application): Promise<Outcome> {
    const { log, signal } = this.#context;
    try {
      return await inApplySpan(application.assignment, () => reconcile(application, this.#context));
    } catch (err) {
      if (!signal.aborted) log.warn({ err, application: application.name }, "a run for an application failed, trying again");
      application.progress = { kind: "failed", failure: failureOf(err) };
      return { kind: "retry" };
    }
  }

  #observed(application: Application, tracked: Tracked): void {
    const { work, inventoryChanged } = this.#context;
    if (isGoneLeftover(application, tracked) && !work.isBusy(tracked.key)) {
      application.objects.delete(tracked.key);
      inventoryChanged(application);
    }
    this.#pods.inspect(application, tracked);
    reactToDrift(application, tracked, this.#context);
    this.#touch(application);
  }

  #inspected(inspected: Inspected): void {
    for (const application of this.#applications.values())
      if (application.objects.get(inspected.key) === inspected || [...application.hookPods.values()].includes(inspected))
        this.#touch(application);
  }

  #touch(application: Application): void {
    this.#unsettled.add(application);
  }

  #settle(applications: readonly Application[]): void {
    const now = this.#context.clock.now();
    for (const application of applications) {
      settleStatus(application, now);
      if (isHeldListOld(application, this.#context)) this.#wakes.get(application.name)?.request();
    }
    // Not only those touched: an application may wait for another one.
    for (const application of this.#applications.values())
      if (isWaitOver(application, this.#context) || canGoOn(application, this.#context)) this.#wakes.get(application.name)?.request();
      else if (application.wait) settleStatus(application, now);
    this.#onStatus();
  }

  async #save(applications: readonly Application[]): Promise<void> {
    const { inventories, inventoryChanged, log, signal } = this.#context;
    for (const application of applications) {
      try {
        if (!application.removed) await inventories.save(application);
      } catch (err) {
        // Lost on stop, it costs the next process one look at each object that was healed meanwhile.
        log.warn({ err, application: application.name }, "an inventory could not be stored, trying again");
        if (!signal.aborted) inventoryChanged(application);
      }
    }
  }
}

/** Only a bundle that was read says what is left over; until then everything is merely not wanted yet. */
const isGoneLeftover = (application: Application, { wanted, applied, leftover }: Tracked): boolean =>
  isActive(application) && application.wantedFrom !== undefined && !wanted && applied !== undefined && leftover.kind === "missing";

/** The trace that caused an assignment is no part of what it asks for. */
const isSame = ({ traceparent: _a, ...a }: Assignment, { traceparent: _b, ...b }: Assignment): boolean =>
  canonicalJson(a) === canonicalJson(b);

const isInScope = ({ group, kind, namespace: of }: ObjectId, { resource, namespace }: WatchScope): boolean =>
  group === resource.group && kind === resource.kind && (namespace === undefined || namespace === of);

const withoutApprovals = ({ approvedPrunes: _approved, ...content }: Assignment): Assignment => content;

const keyOfObject = (object: KubeObject): string =>
  keyOf({ group: groupOf(object.apiVersion), kind: object.kind, namespace: namespaceOf(object), name: object.metadata.name });
