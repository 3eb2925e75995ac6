import { parseClusterId, type Secret } from "@drover/kit";
import { type Clock, Lifecycle, type Log } from "@drover/kit/node";
import type { ApplicationStatus, Envelope } from "@drover/proto/wire";
import { AgentEvents } from "./agent-events.ts";
import { createBundles } from "./bundles.ts";
import { readClusterUid } from "./cluster-uid.ts";
import type { ConnectControlPlane, ControlPlane, EnrolmentApi } from "./control-plane.ts";
import { DesiredState } from "./desired-state.ts";
import { Engine } from "./engine/engine.ts";
import { enrol, type Enrolled } from "./enrol.ts";
import { GateJobs } from "./gate-jobs/gate-jobs.ts";
import type { Kube } from "./kube.ts";
import { acquireLease, type Lease } from "./lease.ts";
import { followMaintenance } from "./maintenance.ts";
import { NoticeBoard } from "./notice-board.ts";
import { Questions } from "./questions/questions.ts";
import { keepRenewed } from "./renew.ts";
import { Reporter } from "./reporter.ts";
import { raiseBoot } from "./state/boot.ts";
import { BundleStore } from "./state/bundle-store.ts";
import { EnvelopeStore } from "./state/envelope-store.ts";
import { GateJobStore } from "./state/gate-job-store.ts";
import { IdentityStore } from "./state/identity-store.ts";
import { InventoryStore } from "./state/inventory-store.ts";
import { SecretRecords } from "./state/secret-records.ts";
import { Sync } from "./sync.ts";

export interface AgentDeps {
  readonly kube: Kube;
  readonly enrolment: EnrolmentApi;
  readonly connect: ConnectControlPlane;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Where the agent keeps its own Secrets. */
  readonly namespace: string;
  /** Who this process is among agents of one cluster: the pod's name. */
  readonly holder: string;
  readonly enrolmentToken?: Secret | undefined;
  readonly agentVersion: string;
  readonly kubernetesVersion: string;
  /** See EngineDeps. */
  readonly dryRunEveryMs?: number | undefined;
  /** Gives up an enrolment that nobody answers. Once started, `stop` ends the agent. */
  readonly signal?: AbortSignal;
}

export interface Agent {
  readonly boot: number;
  /** What the next report would say. */
  statuses(): readonly ApplicationStatus[];
  health(): AgentHealth;
  /** Resolves when another process has taken over: this one writes nothing any more and should be stopped. */
  readonly replaced: Promise<void>;
  stop(): Promise<void>;
}

export interface AgentHealth {
  readonly connected: boolean;
  /** Of the envelope in force. Undefined before the first. */
  readonly position: { readonly epoch: number; readonly sequence: number } | undefined;
  /** Somebody in the cluster has asked for nothing to be changed. */
  readonly maintenance: boolean;
}

const stopWithinMs = 4_000;

/**
 * Starts an agent: first that nobody else is one, then who it is, what it was told last, the engine, and only then the
 * network. A cluster is kept right from the stored envelope whether or not anybody answers. Resolves when the engine runs
 * and the link is being made.
 */
export async function startAgent(deps: AgentDeps): Promise<Agent> {
  const lifecycle = new Lifecycle(deps.log, stopWithinMs);
  try {
    return await start(deps, lifecycle);
  } catch (thrown) {
    await lifecycle.stop();
    throw thrown;
  }
}

async function start(deps: AgentDeps, lifecycle: Lifecycle): Promise<Agent> {
  const { clock, random, log, connect, namespace, agentVersion, kubernetesVersion } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const giveUp = (): void => stopping.abort();
  deps.signal?.addEventListener("abort", giveUp);

  await new SecretRecords(deps.kube, namespace).prepare(signal);
  const { lease, kept } = await holdLease(deps, lifecycle, signal, () => engine.resume());
  lifecycle.add("loops", async () => stopping.abort());
  const kube = deps.kube.fenced(() => lease.check());

  const records = new SecretRecords(kube, namespace);
  const clusterUid = await readClusterUid(kube, signal);
  const boot = await raiseBoot(records, signal);
  const identities = new IdentityStore(records, clusterUid);
  let enrolled = await findIdentity(identities, clusterUid, deps, signal);
  const current = (): Enrolled => enrolled;
  const clusterId = parseClusterId(enrolled.identity.cluster);

  let link: ControlPlane | undefined;
  let connected = false;
  const inventories = new InventoryStore(records, log, signal);
  const bundles = createBundles({ store: new BundleStore(records), controlPlane: () => link, clock, log });
  let reporter: Reporter | undefined;
  const events = new AgentEvents(clock, () => reporter?.changed());
  const changed = (): void => {
    reporter?.changed();
    noticeBoard.changed();
  };
  const engine = new Engine(
    { clusterId, agentNamespace: namespace, kube, clock, random, log, bundles, inventories, events, dryRunEveryMs: deps.dryRunEveryMs },
    changed,
  );
  lifecycle.add("engine", () => engine.stop());
  engine.restore(await inventories.loadAll(signal));
  const gateJobs = new GateJobs({
    kube,
    store: new GateJobStore(records),
    about: (application) => engine.about(application),
    inMaintenance: () => engine.inMaintenance,
    clock,
    log,
    changed: () => reporter?.changed(),
  });
  await gateJobs.restore(signal);
  const obey = ({ assignments, jobs = [] }: Envelope): void => {
    engine.assign(assignments);
    gateJobs.want(jobs);
  };
  const desired = new DesiredState({ store: new EnvelopeStore(records), obey, events, log, clusterUid, current });
  await desired.restore(signal);
  const statuses = (): readonly ApplicationStatus[] => engine.statuses();
  const health = (): AgentHealth => ({ connected, position: desired.held, maintenance: engine.inMaintenance });
  const noticeBoard = new NoticeBoard({
    kube,
    clock,
    log,
    namespace,
    agentVersion,
    clusterName: enrolled.identity.clusterName,
    statuses,
    health,
  });
  const maintenance = followMaintenance({ kube, clock, log, namespace, changed: (isOn) => engine.setMaintenance(isOn) }, signal);
  await maintenance.known;
  await engine.start();

  const controlPlane = connect(() => enrolled, {
    connected: () => {
      connected = true;
      sync.connected();
      reporter?.connected();
      engine.resume();
    },
    disconnected: () => {
      connected = false;
      reporter?.disconnected();
    },
    assign: (message) => sync.received(message, signal),
    query: (query) => questions.received(query),
  });
  link = controlPlane;
  lifecycle.add("link", () => controlPlane.close());
  const sync = new Sync({ controlPlane, desired, clock, random, log });
  const questions = new Questions({ engine, controlPlane, clusterUid, current, clock, log }, signal);
  const inMaintenance = (): boolean => engine.inMaintenance;
  reporter = new Reporter({
    controlPlane,
    statuses,
    jobs: () => gateJobs.statuses(),
    inMaintenance,
    leaseTransitions: () => lease.transitions,
    events,
    desired,
    current,
    boot,
    agentVersion,
    kubernetesVersion,
    clock,
    random,
    log,
  });
  const renewed = async (next: Enrolled): Promise<void> => {
    enrolled = next;
    log.info({ renewals: next.identity.renewals }, "identity renewed");
    await controlPlane.reconnect();
  };
  const loops = Promise.all([
    sync.run(signal),
    reporter.run(signal),
    gateJobs.run(signal),
    noticeBoard.run(signal),
    maintenance.ended,
    keepRenewed({ api: deps.enrolment, identities, clock, random, log, current, renewed }, signal),
  ]);
  loops.catch((err: unknown) => log.error({ err }, "a loop of the agent ended"));
  deps.signal?.removeEventListener("abort", giveUp);
  log.info({ clusterId, boot }, "agent started");
  const replaced = kept.then((end) => (end === "taken" ? undefined : new Promise<void>(() => {})));
  return { boot, statuses, health, replaced, stop: () => lifecycle.stop() };
}

/** Takes the Lease and keeps it until everything that was added to the lifecycle later has stopped. */
async function holdLease(
  { kube, clock, log, namespace, holder }: AgentDeps,
  lifecycle: Lifecycle,
  signal: AbortSignal,
  regained: () => void,
): Promise<{ readonly lease: Lease; readonly kept: ReturnType<Lease["keep"]> }> {
  const lease = await acquireLease({ kube, clock, log, namespace, identity: holder }, signal);
  const holding = new AbortController();
  const kept = lease.keep(holding.signal, regained);
  lifecycle.add("lease", async () => {
    holding.abort();
    await kept;
  });
  return { lease, kept };
}

/** The stored identity, or a new one by enrolment. One that was made for another cluster is never used. */
async function findIdentity(identities: IdentityStore, clusterUid: string, deps: AgentDeps, signal: AbortSignal): Promise<Enrolled> {
  const stored = await identities.load(signal);
  if (stored?.identity) return { ...stored, identity: stored.identity };
  const { clock, random, log, enrolmentToken, kubernetesVersion, agentVersion } = deps;
  const asking = {
    api: deps.enrolment,
    identities,
    clock,
    random,
    log,
    token: enrolmentToken,
    clusterUid,
    kubernetesVersion,
    agentVersion,
  };
  const enrolled = await enrol(stored, asking, signal);
  log.info({ clusterId: enrolled.identity.cluster, clusterName: enrolled.identity.clusterName }, "enrolled");
  return enrolled;
}
