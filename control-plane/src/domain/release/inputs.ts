import { matchesSelector } from "@drover/kit";
import type { Application, Cluster, Environment, Values } from "@drover/proto/fleet";
import type { Inputs, Problem, ReleaseSpec } from "./release.ts";

/** Which file gave a value: the application itself, one of its overrides (by its place), the environment or the cluster. */
export type Origin = "application" | `overrides[${number}]` | "environment" | "cluster";

export type LayeredInputs =
  | { readonly kind: "inputs"; readonly inputs: Inputs; readonly origins: Readonly<Record<string, Origin>> }
  | { readonly kind: "problem"; readonly problem: Problem };

interface Named<Form> {
  readonly name: string;
  readonly form: Form;
}

/**
 * The values that a cluster's render sees. Later wins: the application's values, those of its overrides that select the cluster in the
 * order of the file, the environment's, the cluster's. The application declares the keys: environments and clusters serve many
 * applications, so keys it does not declare are there for others; in its own overrides they are mistakes. A value of null must be
 * given by a later layer. Without substitution nothing looks at inputs, so there are none and all clusters share one bundle.
 */
export function layerInputs(application: Named<Application>, environment: Environment, cluster: Named<Cluster>): LayeredInputs {
  if (application.form.render?.substitute !== true) return { kind: "inputs", inputs: {}, origins: {} };
  const declared = application.form.values ?? {};
  const layers = layersOf(application.form, environment, cluster.form);
  for (const { origin, values } of layers) {
    const unknown = origin.startsWith("overrides") ? Object.keys(values).find((key) => !Object.hasOwn(declared, key)) : undefined;
    if (unknown !== undefined) return { kind: "problem", problem: unknownValue(application.name, unknown, origin) };
  }
  const inputs: [string, NonNullable<Values[string]>][] = [];
  const origins: [string, Origin][] = [];
  for (const key of Object.keys(declared)) {
    const giver = layers.findLast(({ values }) => Object.hasOwn(values, key));
    const value = giver?.values[key];
    if (giver === undefined || value === undefined || value === null)
      return { kind: "problem", problem: missingValue(application.name, key, cluster.name) };
    inputs.push([key, value]);
    origins.push([key, giver.origin]);
  }
  return { kind: "inputs", inputs: Object.fromEntries(inputs), origins: Object.fromEntries(origins) };
}

interface Layer {
  readonly origin: Origin;
  readonly values: Values;
}

function layersOf(application: Application, environment: Environment, cluster: Cluster): readonly Layer[] {
  const overrides = (application.overrides ?? []).flatMap(({ clusterSelector, values }, index): readonly Layer[] =>
    matchesSelector(clusterSelector, cluster.labels ?? {}) ? [{ origin: `overrides[${index}]`, values }] : [],
  );
  return [
    { origin: "application", values: application.values ?? {} },
    ...overrides,
    { origin: "environment", values: environment.values ?? {} },
    { origin: "cluster", values: cluster.values ?? {} },
  ];
}

const unknownValue = (application: string, key: string, origin: Origin): Problem => ({
  code: "VALUE_UNKNOWN",
  message: `layer values of ${application}: "${key}" in ${origin} is not among its values; declare it there or correct the key`,
  details: { key, origin },
});

const missingValue = (application: string, key: string, cluster: string): Problem => ({
  code: "VALUE_MISSING",
  message: `layer values of ${application}: "${key}" has no value for cluster ${cluster}; give it one in the application, an override, the environment or the cluster's file`,
  details: { key, cluster },
});

/** What of the files of an application and an environment decides its renders. */
export const releaseSpecOf = ({ source, render }: Application, environment: Environment): ReleaseSpec => ({
  repository: source.repository,
  path: folderOf(environment.source?.path ?? source.path ?? ""),
  credentialsRef: source.credentialsRef,
  render: { kind: render?.kind ?? "yaml", substitute: render?.substitute ?? false },
});

/** `./deploy/` and `deploy` are one folder, and must be one release. */
const folderOf = (path: string): string =>
  path
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .join("/");
