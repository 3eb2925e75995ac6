import type { JsonObject } from "@drover/kit";
import fc from "fast-check";
import type { KubeObject } from "../../agent/src/app/kube.ts";

/** One write to the object named `o`. */
export type Write =
  | { readonly kind: "apply"; readonly manager: string; readonly force: boolean; readonly object: KubeObject }
  | { readonly kind: "replace"; readonly object: KubeObject }
  /** Wipes out who owns what, as `kubectl edit` of managedFields does. */
  | { readonly kind: "disown" };

const word = fc.constantFrom("a", "b", "c");
const value = fc.constantFrom("1", "2");
const map = fc.dictionary(word, value, { maxKeys: 3 });
const metadataWith = (annotations: fc.Arbitrary<Record<string, string>>) =>
  fc.record(
    { labels: map, annotations, finalizers: fc.uniqueArray(fc.constantFrom("drover.dev/a", "drover.dev/b")) },
    { requiredKeys: [] },
  );
const metadata = metadataWith(map);
/** The real controller annotates every Deployment, some time after a write, so whether an empty map is anybody's depends on the moment. */
const annotatedMetadata = metadataWith(fc.dictionary(word, value, { minKeys: 1, maxKeys: 3 }));

const configMap = fc
  .record({ metadata, data: map }, { requiredKeys: ["metadata"] })
  .map((parts): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", ...parts, metadata: { ...parts.metadata, name: "o" } }));

const quantities = fc.dictionary(fc.constantFrom("cpu", "memory"), value, { maxKeys: 2 });
const container = fc.record(
  {
    name: fc.constantFrom("x", "y"),
    image: fc.constantFrom("x:1", "x:2"),
    args: fc.array(word, { maxLength: 2 }),
    env: fc.uniqueArray(fc.record({ name: word, value }), { selector: ({ name }) => name, maxLength: 3 }),
    ports: fc.uniqueArray(
      fc.record(
        { containerPort: fc.constantFrom(80, 81), protocol: fc.constantFrom("TCP", "UDP"), hostIP: fc.constantFrom("1.1.1.1", "1.1.1.2") },
        { requiredKeys: ["containerPort"] },
      ),
      { selector: ({ containerPort, protocol = "TCP" }) => `${containerPort}${protocol}`, maxLength: 2 },
    ),
    resources: fc.record({ limits: quantities }, { requiredKeys: [] }),
    volumeMounts: fc.uniqueArray(fc.record({ name: fc.constant("v"), mountPath: fc.constantFrom("/a", "/b") }), {
      selector: ({ mountPath }) => mountPath,
      maxLength: 2,
    }),
  },
  { requiredKeys: ["name", "image"] },
);

const podSpec = fc.record(
  {
    containers: fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1, maxLength: 2 }),
    volumes: fc.constant<JsonObject[]>([{ name: "v", emptyDir: {} }]),
    nodeSelector: map,
    tolerations: fc.array(fc.record({ key: word, operator: fc.constant("Exists") }), { maxLength: 2 }),
  },
  { requiredKeys: ["containers", "volumes"] },
);

const deployment = fc
  .record({
    metadata: annotatedMetadata,
    podSpec,
    spec: fc.record({ replicas: fc.constant(0), minReadySeconds: fc.constantFrom(1, 2) }, { requiredKeys: [] }),
  })
  .map((parts): KubeObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...parts.metadata, name: "o" },
    spec: {
      ...parts.spec,
      selector: { matchLabels: { app: "o" } },
      template: { metadata: { labels: { app: "o" } }, spec: parts.podSpec as unknown as JsonObject },
    },
  }));

const writes = (object: fc.Arbitrary<KubeObject>): fc.Arbitrary<readonly Write[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant("apply" as const), manager: fc.constantFrom("a", "b"), force: fc.boolean(), object }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("replace" as const), object }) },
      { weight: 1, arbitrary: fc.constant({ kind: "disown" as const }) },
    ),
    { minLength: 1, maxLength: 6 },
  );

/** Histories of writes by two managers and a person, to one object of a kind. */
export const histories: Readonly<Record<"ConfigMap" | "Deployment", fc.Arbitrary<readonly Write[]>>> = {
  ConfigMap: writes(configMap),
  Deployment: writes(deployment),
};
