import { type Labels, matchesSelector } from "@drover/kit";
import type { Application, Cluster, Environment, Values } from "@drover/proto/fleet";
import type { Inputs, Problem, ReleaseSpec } from "./release.ts";

const defaultRender = { kind: "yaml", substitute: false } as const;

/** What of an application's and an environment's files decides where a release's files are and how they become objects. */
export function releaseSpecOf(application: Application, environment: Environment): ReleaseSpec {
  const { source, render } = application;
  return {
    repository: source.repository,
    path: environment.source?.path ?? source.path ?? "",
    credentialsRef: source.credentialsRef,
    render: { ...defaultRender, ...render },
  };
}

export type LayeredInputs = { readonly kind: "inputs"; readonly inputs: Inputs } | { readonly kind: "problem"; readonly problem: Problem };

/**
 * Application < overrides in file order < environment < cluster; later wins. Only keys that the application declares count: environments and
 * clusters serve many applications. An override of a key that is not declared is a mistake, and so is a declared key that nobody gives.
 */
export function layerInputs(
  application: { readonly name: string; readonly form: Application },
  environment: Environment,
  cluster: { readonly name: string; readonly form: Cluster },
): LayeredInputs {
  const declared = application.form.values ?? {};
  const overrides = (application.form.overrides ?? []).filter(({ clusterSelector }) =>
    matchesSelector(clusterSelector, labelsOf(cluster.form)),
  );
  const unknown = overrides.flatMap(({ values }) => Object.keys(values)).find((key) => !Object.hasOwn(declared, key));
  const place = `render ${application.name} for ${cluster.name}`;
  if (unknown !== undefined)
    return problem(
      "VALUE_UNKNOWN",
      `${place}: an override sets ${unknown}, which the application's values do not declare; add it there`,
      unknown,
    );

  const layers = [declared, ...overrides.map(({ values }) => values), environment.values, cluster.form.values];
  const inputs: Record<string, NonNullable<Values[string]>> = {};
  for (const key of Object.keys(declared)) {
    const value = layers.reduce<Values[string]>(
      (below, layer) => (layer && Object.hasOwn(layer, key) ? (layer[key] ?? below) : below),
      null,
    );
    if (value === null)
      return problem(
        "VALUE_MISSING",
        `${place}: nothing gives a value for ${key}; set it in the cluster, its environment or an override`,
        key,
      );
    inputs[key] = value;
  }
  return { kind: "inputs", inputs };
}

const labelsOf = (cluster: Cluster): Labels => cluster.labels ?? {};

const problem = (code: string, message: string, key: string): LayeredInputs => ({
  kind: "problem",
  problem: { code, message, details: { key } },
});
