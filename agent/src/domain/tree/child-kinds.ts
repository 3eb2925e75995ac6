import type { ObjectId } from "../manifest.ts";

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

const replicaSet = { group: "apps", kind: "ReplicaSet" };
const revision = { group: "apps", kind: "ControllerRevision" };
const pod = { group: "", kind: "Pod" };
const job = { group: "batch", kind: "Job" };
const claim = { group: "", kind: "PersistentVolumeClaim" };

/** What the controllers of Kubernetes make of each kind. */
const madeOf: Readonly<Record<string, readonly GroupKind[]>> = {
  "apps/Deployment": [replicaSet],
  "apps/ReplicaSet": [pod],
  "/ReplicationController": [pod],
  "apps/StatefulSet": [pod, revision, claim],
  "apps/DaemonSet": [pod, revision],
  "batch/CronJob": [job],
  "batch/Job": [pod],
  "/Service": [{ group: "discovery.k8s.io", kind: "EndpointSlice" }],
};

/** What operators usually make of their own kinds. Secrets and ConfigMaps of theirs are left out: people ask for what runs. */
const madeOfCustomResources: readonly GroupKind[] = [
  { group: "apps", kind: "Deployment" },
  { group: "apps", kind: "StatefulSet" },
  { group: "apps", kind: "DaemonSet" },
  { group: "batch", kind: "CronJob" },
  { group: "", kind: "Service" },
  job,
  pod,
  claim,
];

const childrenOf = ({ group, kind }: GroupKind): readonly GroupKind[] =>
  madeOf[`${group}/${kind}`] ?? (isCustom(group) ? madeOfCustomResources : []);

const isCustom = (group: string): boolean => group.includes(".") && !group.endsWith(".k8s.io");

/** Every kind that can come of these, directly or not. */
export function descendantKinds(roots: Iterable<GroupKind>): readonly GroupKind[] {
  const found = new Map<string, GroupKind>();
  const look = (parent: GroupKind): void => {
    for (const child of childrenOf(parent)) {
      const key = `${child.group}/${child.kind}`;
      if (found.has(key)) continue;
      found.set(key, child);
      look(child);
    }
  };
  for (const root of roots) look(root);
  return [...found.values()];
}

const canDescend = new Set([...Object.values(madeOf).flat(), ...madeOfCustomResources].map(({ group, kind }) => `${group}/${kind}`));

/** Whether an object of this kind can be in a tree without being applied by its application. Others are not even read. */
export const canBeDescendant = ({ group, kind }: Pick<ObjectId, "group" | "kind">): boolean => canDescend.has(`${group}/${kind}`);
