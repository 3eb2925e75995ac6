import { DroverError } from "@drover/kit";
import { type Digest, digestOf, type PackedBundle } from "@drover/proto/wire";
import type { Inputs, Problem, Release, Rendered, ReleaseSpec } from "../../domain/release/release.ts";
import { failpoint } from "../failpoint.ts";
import { commitFaults, type SourceFiles } from "../source/source-files.ts";

/** What one render needs: no repository, no clock, nothing but these. */
export interface RenderRequest {
  readonly render: ReleaseSpec["render"];
  readonly folder: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly inputs: Inputs;
}

export type RenderResult =
  | { readonly kind: "bundle"; readonly bundle: PackedBundle }
  | { readonly kind: "problem"; readonly problem: Problem };

/** Equal requests give equal results. Throws `timeout`, `exhausted` or `internal` for what is not the request's fault. */
export interface Renderer {
  render(request: RenderRequest, signal: AbortSignal): Promise<RenderResult>;
}

/** What was rendered before, found by the release and the digest of its inputs. */
export interface RenderStore {
  find(release: Release, inputsDigest: string): Promise<Rendered | undefined>;
  /** Bundle and render in one transaction. The first result stays when another replica was faster. */
  save(release: Release, inputsDigest: string, inputs: Inputs, result: RenderResult): Promise<void>;
  /** A saved bundle, compressed. Throws `not-found` BUNDLE_NOT_FOUND. */
  loadBundle(bundle: Digest): Promise<Uint8Array>;
}

export interface RenderDeps {
  readonly renders: RenderStore;
  readonly sources: SourceFiles;
  readonly renderer: Renderer;
}

/** The bundle of a release with these inputs: what was stored, or else rendered and stored now. */
export async function renderRelease(deps: RenderDeps, release: Release, inputs: Inputs, signal: AbortSignal): Promise<Rendered> {
  const inputsDigest = digestOf(inputs);
  const known = await deps.renders.find(release, inputsDigest);
  if (known !== undefined) return known;
  const result = await readAndRender(deps, release, inputs, signal);
  await deps.renders.save(release, inputsDigest, inputs, result);
  failpoint("render.saved");
  return renderedOf(result);
}

export function renderedOf(result: RenderResult): Rendered {
  if (result.kind === "problem") return result;
  const { digest, size, objects } = result.bundle;
  return { kind: "bundle", digest, size, objects };
}

/** Renders without looking for what is stored, and stores nothing. */
export async function readAndRender(
  { sources, renderer }: Pick<RenderDeps, "sources" | "renderer">,
  release: Release,
  inputs: Inputs,
  signal: AbortSignal,
): Promise<RenderResult> {
  const { render, path: folder } = release.spec;
  // A kustomization may refer to any folder of its repository; plain manifests lie where the spec says.
  const wanted = render.kind === "kustomize" ? "" : folder;
  try {
    const files = await sources.files(release.spec, release.revision, wanted, signal);
    return await renderer.render({ render, folder, files, inputs }, signal);
  } catch (error) {
    if (error instanceof DroverError && commitFaults.has(error.code))
      return { kind: "problem", problem: { code: error.code, message: error.message, details: error.details } };
    throw error;
  }
}
