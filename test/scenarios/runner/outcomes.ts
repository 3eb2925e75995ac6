import type { Assignment, Digest } from "@drover/proto/wire";
import type { Condition } from "../../support/simulated-agent.ts";

const well: Condition = { sync: "Synced", health: "Healthy", failing: [] };
const held = { hash: `sha256:${"5eed".repeat(16)}` as Digest, objects: 12 };
const holding: Condition = {
  sync: "OutOfSync",
  health: "Healthy",
  reason: "PruneHeld",
  message: "12 of 14 objects would be deleted; approve the list first",
  held,
  failing: [],
};

/** How a revision fares in a cluster, in the words that stories use. */
export const outcomes = {
  "is well": () => well,
  crashes: ({ application }) => ({
    sync: "Synced",
    health: "Degraded",
    failing: [
      {
        ...deploymentOf(application),
        container: "server",
        reason: "CrashLoopBackOff",
        message: "back-off 40s restarting failed container",
      },
    ],
  }),
  "never gets ready": ({ application }) => ({
    sync: "Synced",
    health: "Progressing",
    failing: [{ ...deploymentOf(application), reason: "NotReady", message: "0 of 2 replicas are ready" }],
  }),
  "takes its time": ({ application }) => ({
    sync: "Synced",
    health: "Progressing",
    failing: [{ ...deploymentOf(application), reason: "RollingOut", message: "1 of 2 replicas is updated" }],
  }),
  "is refused": ({ application }) => refused(application, "Healthy"),
  "is refused and still crashes": ({ application }) => refused(application, "Degraded"),
  "would delete much": ({ approvedPrunes = [] }) => (approvedPrunes.includes(held.hash) ? well : holding),
} as const satisfies Record<string, (assignment: Assignment) => Condition>;

export type Outcome = keyof typeof outcomes;

export const isOutcome = (text: string): text is Outcome => Object.hasOwn(outcomes, text);

const refused = (application: string, health: Condition["health"]): Condition => ({
  sync: "OutOfSync",
  health,
  reason: "Forbidden",
  message: "1 objects could not be applied",
  failing: [
    {
      ...deploymentOf(application),
      reason: "Forbidden",
      message: "admission webhook policy.example.com denied the request: no memory limit",
    },
  ],
});

const deploymentOf = (name: string) => ({ group: "apps", kind: "Deployment", namespace: "default", name }) as const;
