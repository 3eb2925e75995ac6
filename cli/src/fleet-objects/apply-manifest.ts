import { DroverError } from "@drover/kit";
import type { FleetEdit } from "@drover/proto/rest";
import type { EditOptions, FleetClient } from "./fleet-client.ts";
import type { Manifest } from "./read-manifests.ts";
import type { EditProblem } from "./show-edits.ts";

/** Makes the object what the manifest says. Whoever edits it at the same moment is met once more; a second time is theirs to know of. */
export async function applyManifest(client: FleetClient, manifest: Manifest, options: EditOptions): Promise<FleetEdit> {
  try {
    return await applyOnce(client, manifest, options);
  } catch (error) {
    if (!(error instanceof DroverError) || !racedCodes.has(error.code)) throw error;
    return applyOnce(client, manifest, options);
  }
}

const racedCodes = new Set(["FLEET_OBJECT_CHANGED", "FLEET_OBJECT_EXISTS"]);

async function applyOnce(client: FleetClient, { kind, name, spec }: Manifest, options: EditOptions): Promise<FleetEdit> {
  const current = await client.load(kind, name);
  return current === undefined ? client.create(kind, name, spec, options) : client.replace(kind, name, spec, current.version, options);
}

/** What is named by others comes first. */
const order = ["Project", "Strategy", "Cluster", "Application", "Environment"];
const rank = ({ kind }: Manifest): number => (order.indexOf(kind) + order.length + 1) % (order.length + 1);

export interface Applied {
  readonly manifest: Manifest;
  readonly outcome: Outcome | { readonly error: unknown };
}

interface Outcome {
  readonly edit: FleetEdit;
  /** What the edit has brought about elsewhere; a rehearsal's stand in its preview. */
  readonly warnings: readonly EditProblem[];
}

/**
 * Applies all of them, each a commit of its own. One that names another that is not there yet is tried again as long as others get through.
 * With `validateOnly` nothing gets through, so each is asked about once.
 */
export async function applyAll(
  manifests: readonly Manifest[],
  apply: (manifest: Manifest, validateOnly: boolean) => Promise<FleetEdit>,
  isDryRun: boolean,
): Promise<readonly Applied[]> {
  const applied: Applied[] = [];
  let waiting = manifests.toSorted((a, b) => rank(a) - rank(b));
  for (;;) {
    const refused: Applied[] = [];
    for (const manifest of waiting) {
      const outcome = await applyWarned((validateOnly) => apply(manifest, validateOnly), isDryRun).catch((error: unknown) => ({ error }));
      if ("error" in outcome && mayPassLater(outcome.error)) refused.push({ manifest, outcome });
      else applied.push({ manifest, outcome });
    }
    if (refused.length === 0 || refused.length === waiting.length || isDryRun) return [...applied, ...refused];
    waiting = refused.map(({ manifest }) => manifest);
  }
}

/** Only a rehearsal is answered with what an edit brings about; what is carried out says that it was. */
async function applyWarned(apply: (validateOnly: boolean) => Promise<FleetEdit>, isDryRun: boolean): Promise<Outcome> {
  const rehearsed = await apply(true);
  return isDryRun ? { edit: rehearsed, warnings: [] } : { edit: await apply(false), warnings: rehearsed.preview?.problems ?? [] };
}

const mayPassLater = (error: unknown): boolean => error instanceof DroverError && error.code === "FLEET_EDIT_INVALID";
