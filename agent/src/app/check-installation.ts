import { errorChain } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import { readClusterUid } from "./cluster-uid.ts";
import type { EnrolmentApi } from "./control-plane.ts";
import type { Kube } from "./kube.ts";
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
  for (;;) {
    const findings = await findingsOf(deps, signal);
    if (findings.every(({ problem }) => problem === undefined) || deps.clock.monotonicMs() > giveUpAt) return findings;
    await deps.clock.sleep(againAfterMs, signal);
  }
}

const findingsOf = ({ kube, enrolment, namespace }: Deps, signal: AbortSignal): Promise<readonly Finding[]> =>
  Promise.all([
    finding("the control plane answers", async () => void (await enrolment.challenge(signal))),
    finding("the agent is enrolled", async () => {
      const identities = new IdentityStore(new SecretRecords(kube, namespace), await readClusterUid(kube, signal));
      const stored = await identities.load(signal);
      return stored?.identity ? undefined : `${namespace} holds no identity for this cluster; the agent's log says why`;
    }),
  ]);

/** `look` answers what is wrong, or fails with it. */
async function finding(what: string, look: () => Promise<string | void>): Promise<Finding> {
  try {
    return { what, problem: (await look()) ?? undefined };
  } catch (thrown) {
    return { what, problem: errorChain(thrown) };
  }
}
