import { affectedPlaces, affectedRemovals, trackedSources } from "../../domain/fleet/affected.ts";
import type { ProjectedCommit, ProjectedFile } from "../../domain/fleet/project-commit.ts";
import { parseTrailers } from "../../domain/fleet/trailers.ts";
import { affectedPromotions } from "../../domain/promotion/affected-promotions.ts";
import { restrictionsChanged } from "../../domain/window/restrictions-changed.ts";
import type { GitCommit } from "../source/git.ts";
import type { Projection } from "./projection-store.ts";

/** What a commit changes, and who has to look again because of it. */
export const projectionOf = (before: readonly ProjectedFile[], commit: GitCommit, result: ProjectedCommit): Projection => ({
  commit,
  requestId: parseTrailers(commit.message).get("drover-request"),
  result,
  places: affectedPlaces(before, result.files, result.changes),
  removals: affectedRemovals(result.changes),
  promotions: affectedPromotions(result.files, result.changes),
  restrictionsChanged: restrictionsChanged(result.changes),
  sources: trackedSources(result.files),
});
