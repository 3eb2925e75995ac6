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

function actionFor(cluster: string, application: string, { kind, namespace, name, container, reason }: FailingObject): string {
  if (imageReasons.has(reason)) return "correct the image in git, or the pull secret";
  if (container === undefined || neverRan.has(reason)) return `see what happened to it: drover events ${application} --cluster ${cluster}`;
  const pod = kind === "Pod" ? name : `${kind.toLowerCase()}/${name}`;
  // What ended for good had no run before this one.
  const run = reason === "Failed" ? "" : " --previous";
  const within = namespace === undefined ? "" : ` --namespace ${namespace}`;
  return `look at its logs: drover logs ${application} ${pod} --cluster ${cluster}${within} --container ${container}${run}`;
}
