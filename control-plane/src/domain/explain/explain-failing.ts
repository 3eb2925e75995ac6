import type { FailingObject } from "@drover/proto/wire";
import type { Link } from "./link.ts";

/** What an agent last said of an application that is not as it should be. */
export interface Failing {
  readonly cluster: string;
  readonly application: string;
  readonly failing: readonly FailingObject[];
  readonly syncReason?: string | undefined;
  readonly syncMessage?: string | undefined;
}

/** The objects that the agent names, or the error that kept it from applying them. */
export function whatFails({ cluster, application, failing, syncReason, syncMessage }: Failing): readonly Link[] {
  if (failing.length > 0) return failing.map((object) => failingObject(cluster, application, object));
  if (syncReason === undefined) return [];
  return [
    {
      kind: syncReason,
      subject: `clusters/${cluster}`,
      message: `cluster ${cluster}: ${syncMessage ?? syncReason}`,
      numbers: { cluster, reason: syncReason },
      action: syncActions[syncReason] ?? `see what differs: drover diff ${application} --cluster ${cluster}`,
    },
  ];
}

/** Where the agent does as it was told, and it is for people to tell it something else. */
const syncActions: Readonly<Record<string, string>> = {
  PruneHeld: "see what would go: drover prune list",
  ReportOnly: "its sync policy only reports what differs; change that in the application's file to have it applied",
  Suspended: "let it go on: take the suspension out of the application's file, or the annotation drover.dev/suspend away in the cluster",
};

function failingObject(cluster: string, application: string, object: FailingObject): Link {
  const { kind, namespace, name, container, reason, message } = object;
  const full = `${namespace === undefined ? "" : `${namespace}/`}${name}`;
  const where = container === undefined ? "" : `, container ${container}`;
  return {
    kind: "ObjectFailing",
    subject: `clusters/${cluster}/${kind}/${full}`,
    message: `${kind} ${full} in cluster ${cluster}${where}: ${reason}${message === "" ? "" : `, ${message}`}`,
    numbers: {
      cluster,
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(container === undefined ? {} : { container }),
      reason,
    },
    action: actionFor(cluster, application, object),
  };
}

/** The container never ran, because its image is not there to be run. */
const imageReasons: ReadonlySet<string> = new Set(["ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName"]);
/** Nor did it here, and so it wrote no logs. */
const neverRan: ReadonlySet<string> = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError"]);
/** Refused before it was stored, so that Kubernetes has no events of it. */
const refused: ReadonlySet<string> = new Set(["Invalid", "Forbidden", "NotAllowed", "ImmutableConflict", "UnknownKind", "Duplicate"]);

function actionFor(cluster: string, application: string, object: FailingObject): string {
  const { container, reason } = object;
  if (imageReasons.has(reason)) return "correct the image in git, or the pull secret";
  if (refused.has(reason))
    return `mend the manifest in git and promote that, or roll back; what differs: drover diff ${application} --cluster ${cluster}`;
  if (container === undefined || neverRan.has(reason)) return `see what happened to it: drover events ${application} --cluster ${cluster}`;
  const within = object.namespace === undefined ? "" : ` --namespace ${object.namespace}`;
  return `look at its logs: drover logs ${application} ${podsOf(object)} --cluster ${cluster}${within} --container ${container}${runOf(object)}`;
}

/** The pod that says so, where it is named: what came of a workload is several pods while it is rolled out. */
function podsOf({ kind, name, message }: FailingObject): string {
  if (kind === "Pod") return name;
  return failingPod(message) ?? `${kind.toLowerCase()}/${name} --all-pods`;
}

/** What ended for good had no run before this one, and of several pods some may never have been restarted. */
const runOf = ({ kind, reason, message }: FailingObject): string =>
  reason !== "Failed" && (kind === "Pod" || failingPod(message) !== undefined) ? " --previous" : "";

/** As agents name the pod that speaks for its workload. */
const failingPod = (message: string): string | undefined => /^Pod ([a-z0-9.-]+): /.exec(message)?.[1];
