import { type JsonObject } from "@drover/kit";
import { type PackedBundle, packBundle } from "@drover/proto/wire";
import type { Inputs, Problem, ReleaseSpec } from "../../domain/release/release.ts";
import { readManifests, toObjects } from "./manifests.ts";
import { manifestFiles } from "./manifest-files.ts";
import { runKustomize } from "./kustomize.ts";
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
  /** Where temporary folders may be made. */
  readonly scratch: string;
}

/** How a render ended, as it travels back. `failed` is not the input's fault. */
export type RenderAnswer =
  | { readonly kind: "bundle"; readonly bundle: PackedBundle }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "failed"; readonly code: string; readonly message: string };

/** Files and inputs become objects. Throws `invalid` for what is wrong with them. */
export async function renderObjects(job: RenderJob): Promise<readonly JsonObject[]> {
  checkPaths(job.files.keys());
  const folder = normalFolder(job.folder);
  const manifests = readManifests(job.render.kind === "kustomize" ? await runKustomize(job, folder) : manifestFiles(job.files, folder));
  return toObjects(job.render.substitute ? manifests.map((manifest) => substitute(manifest, job.inputs)) : manifests);
}

export const renderBundle = async (job: RenderJob): Promise<PackedBundle> => packBundle(await renderObjects(job));
