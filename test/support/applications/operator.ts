import type { JsonObject } from "@drover/kit";

const kinds = ["Database", "Backup", "Replica", "User", "Pool"] as const;
/** Properties of each definition's schema: every definition is then about 240 KB, as those of large operators are. */
const properties = 900;
const instances = 20;

/**
 * An operator with large definitions and a hundred custom resources in one bundle. The second release adds a field to every
 * definition, a value to every resource and an argument to the operator.
 */
export function operator(group: string, namespace: string, release: "1" | "2"): readonly JsonObject[] {
  const name = `operator-${group.replaceAll(".", "-")}`;
  const subjects = [{ kind: "ServiceAccount", name: "operator", namespace }];
  return [
    ...kinds.map((kind) => definition(group, kind, release)),
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name },
      rules: [{ apiGroups: [group], resources: ["*"], verbs: ["get", "list", "watch", "update"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects,
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "operator" } },
    deployment(release),
    ...kinds.flatMap((kind) => Array.from({ length: instances }, (_, index) => resource(group, kind, index, release))),
  ];
}

export const operatorObjects = kinds.length * (1 + instances) + 4;

const plural = (kind: string): string => `${kind.toLowerCase()}s`;

function definition(group: string, kind: string, release: string): JsonObject {
  const fields = Object.fromEntries(
    Array.from({ length: properties }, (_, index) => [
      `setting${index}`,
      {
        type: index % 3 === 0 ? "integer" : "string",
        description: `Setting ${index} of a ${kind}. ${"What it means is said at length, as in definitions of large operators. ".repeat(2)}`,
      },
    ]),
  );
  const added = release === "2" ? { addedField: { type: "string" } } : {};
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural(kind)}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: plural(kind), singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: { ...fields, ...added } } } },
          },
        },
      ],
    },
  };
}

const resource = (group: string, kind: string, index: number, release: string): JsonObject => ({
  apiVersion: `${group}/v1`,
  kind,
  metadata: { name: `${kind.toLowerCase()}-${index}` },
  spec: { setting0: index, setting1: "one", ...(release === "2" ? { addedField: "new" } : {}) },
});

const deployment = (release: string): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "operator" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "operator" } },
    template: {
      metadata: { labels: { app: "operator" } },
      spec: {
        serviceAccountName: "operator",
        containers: [{ name: "operator", image: "example.com/operator:1", args: [`--release=${release}`] }],
      },
    },
  },
});
