import type { DroverError, JsonObject } from "@drover/kit";
import { type PackedBundle, packBundle } from "@drover/proto/wire";
import type { Inputs, Problem, ReleaseSpec } from "../../domain/release/release.ts";
import { readManifests, toObjects } from "./manifests.ts";
import { manifestFiles } from "./manifest-files.ts";
import { buildKustomization } from "./kustomize.ts";
import { checkPaths, normalFolder } from "./source-path.ts";
import { substitute } from "./substitute.ts";

/** One render, as it travels to the render process. */
export interface RenderJob {
  readonly render: ReleaseSpec["render"];
  readonly folder: string;
  /** Paths from the repository's root. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly inputs: Inputs;
  /** The kustomize program; absent where the spec needs none. */
  readonly kustomize: string | undefined;
  /** An empty folder of this job's own; whoever made it removes it. Unused unless Kustomize runs. */
  readonly scratch: string;
}

/** How a render ended, as it travels back. `failed` is not the input's fault. */
export type RenderAnswer =
  | { readonly kind: "bundle"; readonly bundle: PackedBundle }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "failed"; readonly error: Pick<DroverError, "kind" | "code" | "message"> };

/** Files and inputs become objects. Throws `invalid` for what is wrong with them. */
export async function renderObjects(job: RenderJob): Promise<readonly JsonObject[]> {
  checkPaths(job.files.keys());
  const folder = normalFolder(job.folder);
  const files = job.render.kind === "kustomize" ? await buildKustomization(job, folder) : manifestFiles(job.files, folder);
  const manifests = readManifests(files);
  return toObjects(job.render.substitute ? manifests.map((manifest) => substitute(manifest, job.inputs)) : manifests);
}

export const renderBundle = async (job: RenderJob): Promise<PackedBundle> => packBundle(await renderObjects(job));
