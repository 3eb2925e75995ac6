import { errorChain } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import { readLease } from "../domain/lease/decide.ts";
import { readClusterUid } from "./cluster-uid.ts";
import type { EnrolmentApi } from "./control-plane.ts";
import type { Kube } from "./kube.ts";
import { leaseName, leaseRef } from "./lease.ts";
import { IdentityStore } from "./state/identity-store.ts";
import { SecretRecords } from "./state/secret-records.ts";

/** One thing that an installation needs, and why it is not so. */
export interface Finding {
  readonly what: string;
  /** Undefined when it is as it should be. */
  readonly problem: string | undefined;
}

interface Deps {
  readonly kube: Kube;
  readonly enrolment: Pick<EnrolmentApi, "challenge">;
  /** Where the agent keeps its own Secrets. */
  readonly namespace: string;
  readonly clock: Clock;
}

/** An agent that was installed a moment ago is given the time to enrol. */
const patienceMs = 60_000;
const againAfterMs = 1_000;

/** Asks from beside the agent, with its rights and its settings, whether it can do its work. Waits a minute for a young one. */
export async function checkInstallation(deps: Deps, signal: AbortSignal): Promise<readonly Finding[]> {
  const giveUpAt = deps.clock.monotonicMs() + patienceMs;
  const records = new SecretRecords(deps.kube, deps.namespace);
  const questions: readonly Question[] = [
    { what: "the control plane answers", ask: async () => void (await deps.enrolment.challenge(signal)) },
    { what: "the agent is enrolled", ask: () => enrolmentProblem(deps, records, signal) },
    { what: "the agent is alive", ask: leaseProblem(deps, signal) },
  ];
  for (;;) {
    const findings = await Promise.all(questions.map(answer));
    if (findings.every(({ problem }) => problem === undefined) || deps.clock.monotonicMs() > giveUpAt) return findings;
    await deps.clock.sleep(againAfterMs, signal);
  }
}

interface Question {
  readonly what: string;
  /** Answers what is wrong, or fails with it. */
  readonly ask: () => Promise<string | void>;
}

async function answer({ what, ask }: Question): Promise<Finding> {
  try {
    return { what, problem: (await ask()) ?? undefined };
  } catch (thrown) {
    return { what, problem: errorChain(thrown) };
  }
}

async function enrolmentProblem({ kube, namespace }: Deps, records: SecretRecords, signal: AbortSignal): Promise<string | undefined> {
  const stored = await new IdentityStore(records, await readClusterUid(kube, signal)).load(signal);
  return stored?.identity ? undefined : `${namespace} holds no identity for this cluster; the agent's log says why`;
}

/** Alive is who renews its Lease while we look: clocks of two machines may differ, versions do not. */
function leaseProblem({ kube, namespace }: Deps, signal: AbortSignal): () => Promise<string | undefined> {
  let first: string | undefined;
  return async () => {
    const lease = await kube.get(leaseRef(namespace), signal);
    const record = lease && readLease(lease);
    if (!record?.holder) return `nobody holds the Lease ${leaseName} in ${namespace}; is the agent's pod running?`;
    first ??= record.resourceVersion;
    return record.resourceVersion === first ? `${record.holder} holds the Lease ${leaseName} and does not renew it` : undefined;
  };
}
