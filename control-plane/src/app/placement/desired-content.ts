import { canonicalJson, DroverError } from "@drover/kit";
import type { Application, Environment, Pin, Project } from "@drover/proto/fleet";
import { type Content, contentOf } from "../../domain/placement/content.ts";
import type { FleetCluster } from "../../domain/placement/members.ts";
import type { Desired, Scope } from "../../domain/placement/plan.ts";
import { layerInputs } from "../../domain/release/inputs.ts";
import type { Inputs, Problem, Release, Rendered } from "../../domain/release/release.ts";
import type { Releases } from "../release/releases.ts";

/** More renders at once would only wait for the same processors. */
const renderConcurrency = 4;

export interface Rendering {
  readonly name: string;
  readonly application: Application;
  readonly project: Project | undefined;
  readonly environment: Environment;
}

/** What one cluster is to have, and how many objects that is. */
export interface DesiredRender extends Desired {
  readonly cluster: string;
  readonly objects: number;
}

interface Wanted {
  readonly cluster: FleetCluster;
  readonly scope: Scope;
  readonly release: Release;
}

export const exceptionOf = (pin: Pin | undefined, cluster: string): string | undefined =>
  pin?.clusters !== undefined && Object.hasOwn(pin.clusters, cluster) ? pin.clusters[cluster]?.revision : undefined;

/** One render for every distinct set of inputs of a release; clusters with equal inputs share the bundle. Throws what keeps any of them. */
export async function desiredContents(
  releases: Releases,
  rendering: Rendering,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<readonly DesiredRender[]> {
  const variants = new Map<string, { readonly release: Release; readonly inputs: Inputs; readonly clusters: Wanted[] }>();
  for (const want of wanted) {
    const inputs = inputsOf(rendering, want.cluster);
    const key = canonicalJson([want.release.id, inputs]);
    const variant = variants.get(key) ?? { release: want.release, inputs, clusters: [] };
    variant.clusters.push(want);
    variants.set(key, variant);
  }
  const rendered = await mapConcurrently([...variants.values()], renderConcurrency, async ({ release, inputs, clusters }) => {
    const bundle = bundleOf(await releases.render(release, inputs, signal));
    const content: Content = contentOf(rendering.application, rendering.project, release, bundle.digest);
    return clusters.map(({ cluster, scope }): DesiredRender => ({
      clusterId: cluster.id,
      cluster: cluster.name,
      scope,
      content,
      objects: bundle.objects,
    }));
  });
  return rendered.flat();
}

function inputsOf({ name, application, environment }: Rendering, cluster: FleetCluster): Inputs {
  const layered = layerInputs({ name, form: application }, environment, cluster);
  if (layered.kind === "problem") return refuse(layered.problem);
  return layered.inputs;
}

function bundleOf(rendered: Rendered): Extract<Rendered, { kind: "bundle" }> {
  return rendered.kind === "bundle" ? rendered : refuse(rendered.problem);
}

/** A problem of the placement: it is stored and shown, and nothing moves before somebody changes something. */
export function refuse({ code, message, details }: Problem): never {
  throw new DroverError("invalid", code, message, details === undefined ? {} : { details });
}

async function mapConcurrently<In, Out>(items: readonly In[], limit: number, work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
