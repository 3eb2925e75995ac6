import type { WantedJob } from "@drover/proto/wire";
import type { Manifest, ObjectId } from "../manifest.ts";
import { applicationAnnotation } from "../owner.ts";

/** On a gate's Job and its pod: the job's id. They have no owner label, so nothing that the application does ever counts or prunes them. */
export const gateLabel = "drover.dev/gate";

/** A Job that failed, and with it the log that says why, stays this long. */
const keptSeconds = 3600;

export const gateJobId = ({ id, namespace }: Pick<WantedJob, "id" | "namespace">): ObjectId => ({
  group: "batch",
  kind: "Job",
  namespace,
  name: `drover-gate-${id}`,
});

/** One pod, tried once: what a gate asks is answered by the first try. */
export function gateJobObject(job: WantedJob): Manifest {
  const { id, application, namespace, serviceAccountName, image, command, args, env = {}, deadlineSeconds } = job;
  const labels = { [gateLabel]: id };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: gateJobId(job).name, namespace, labels, annotations: { [applicationAnnotation]: application } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: deadlineSeconds,
      ttlSecondsAfterFinished: keptSeconds,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          // A check of an application has no business with the API server, unless it is given an account for it.
          ...(serviceAccountName === undefined ? { automountServiceAccountToken: false } : { serviceAccountName }),
          containers: [
            {
              name: "gate",
              image,
              ...(command && { command }),
              ...(args && { args }),
              env: Object.entries(env).map(([name, value]) => ({ name, value })),
            },
          ],
        },
      },
    },
  };
}
