import { isJsonObject, type Json, type JsonObject, member, memberAt } from "@drover/kit";
import type { KubeObject } from "../../app/kube.ts";

/** The defaults that matter to the agent: those it sees in watch events, and those that come back when a field is given up. */
export function withDefaults(object: KubeObject): KubeObject {
  const spec = member(object, "spec");
  switch (object.kind) {
    case "Deployment":
      return withSpec(object, {
        replicas: 1,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      });
    case "StatefulSet":
      return withSpec(object, {
        replicas: 1,
        podManagementPolicy: "OrderedReady",
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
        revisionHistoryLimit: 10,
      });
    case "DaemonSet":
      return withSpec(object, {
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        revisionHistoryLimit: 10,
      });
    case "Job":
      return withSpec(object, {
        parallelism: 1,
        completions: 1,
        backoffLimit: 6,
        completionMode: "NonIndexed",
        suspend: false,
        // The server's names the Job's uid, which is not made yet here.
        selector: { matchLabels: { "batch.kubernetes.io/job-name": object.metadata.name } },
      });
    case "Pod":
      return isJsonObject(spec) ? { ...object, spec: podSpec(spec) } : object;
    case "Service":
      return withSpec(object, { type: "ClusterIP", sessionAffinity: "None", internalTrafficPolicy: "Cluster" });
    case "Namespace":
      return { ...object, spec: { finalizers: ["kubernetes"] }, status: { phase: "Active", ...objectMember(object, "status") } };
    case "Secret":
      return secret(object);
    default:
      return object;
  }
}

function withSpec(object: KubeObject, defaults: JsonObject): KubeObject {
  const spec = objectMember(object, "spec");
  const template = memberAt(spec, "template", "spec");
  const ports = member(spec, "ports");
  return {
    ...object,
    spec: {
      ...defaults,
      ...spec,
      ...(isJsonObject(template) ? { template: { ...objectMember(spec, "template"), spec: podSpec(template) } } : {}),
      ...(Array.isArray(ports) ? { ports: (ports as readonly Json[]).map(servicePort) } : {}),
    },
  };
}

function podSpec(spec: JsonObject): JsonObject {
  const containers = (name: string): JsonObject => {
    const list = member(spec, name);
    return Array.isArray(list) ? { [name]: (list as readonly Json[]).map(container) } : {};
  };
  const defaults = {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  };
  return { ...defaults, ...spec, ...containers("containers"), ...containers("initContainers") };
}

function container(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const ports = member(value, "ports");
  const image = member(value, "image");
  return {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: typeof image === "string" && (image.endsWith(":latest") || !/:[^/]+$/.test(image)) ? "Always" : "IfNotPresent",
    ...value,
    ...(Array.isArray(ports)
      ? { ports: (ports as readonly Json[]).map((port) => (isJsonObject(port) ? { protocol: "TCP", ...port } : port)) }
      : {}),
  };
}

const servicePort = (port: Json): Json => (isJsonObject(port) ? { protocol: "TCP", targetPort: member(port, "port") ?? 0, ...port } : port);

/** The server keeps what came as `stringData` in `data`, and shows `stringData` to nobody. */
function secret(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  const plain = isJsonObject(stringData) ? Object.entries(stringData) : [];
  if (stringData === undefined) return { type: "Opaque", ...object };
  const data = Object.fromEntries([
    ...Object.entries(objectMember(object, "data")),
    ...plain.map(([key, value]) => [key, Buffer.from(typeof value === "string" ? value : "").toString("base64")] as const),
  ]);
  return { type: "Opaque", ...rest, data } as unknown as KubeObject;
}

function objectMember(value: Json, key: string): JsonObject {
  const inner = member(value, key);
  return isJsonObject(inner) ? inner : {};
}
