import { type ErrorEntries, entry } from "./entry.ts";

export const notFoundErrors: ErrorEntries = {
  TOKEN_NOT_FOUND: entry("not-found", "There is no API token with this id.", "A mistyped id.", "List tokens with `drover token list`."),
  APPLICATION_NOT_FOUND: entry(
    "not-found",
    "There is no application with this name.",
    "A mistyped name, or a file that never had a valid form.",
    "List with `drover get applications`; look at `/v1/fleet/problems`.",
  ),
  ENVIRONMENT_NOT_FOUND: entry(
    "not-found",
    "There is no environment with this name.",
    "A mistyped name, or a file that never had a valid form.",
    "List with `drover get environments`; look at `/v1/fleet/problems`.",
  ),
  STRATEGY_NOT_FOUND: entry(
    "not-found",
    "There is no strategy with this name.",
    "A mistyped name, or a file that never had a valid form.",
    "List `/v1/strategies`; look at `/v1/fleet/problems`.",
  ),
  FLEET_NOT_FOUND: entry(
    "not-found",
    "The fleet's own file, drover.yaml, is not there.",
    "It was taken out of the fleet repository, or was never sound.",
    "List `/v1/fleet/problems`; push a drover.yaml that begins with `apiVersion: drover.dev/v1`.",
  ),
  FREEZE_NOT_FOUND: entry(
    "not-found",
    "There is no freeze with this name.",
    "A mistyped name, or one that was deleted.",
    "List `/v1/freezes`.",
  ),
  PROJECT_NOT_FOUND: entry(
    "not-found",
    "There is no project with this name.",
    "A mistyped name.",
    "Add `projects/<project>.yaml` to the fleet repository.",
  ),
  CLUSTER_NOT_FOUND: entry(
    "not-found",
    "There is no cluster with this id or name.",
    "A mistyped name, or its file was removed.",
    "List with `drover get clusters`.",
  ),
  RELEASE_NOT_FOUND: entry(
    "not-found",
    "There is no release with this id or name.",
    "A mistyped name.",
    "List with `drover get releases`.",
  ),
  BUNDLE_NOT_FOUND: entry(
    "not-found",
    "No rendered set has this digest.",
    "Nothing was rendered to it, or it is no longer kept.",
    "Take the digest from an assignment.",
  ),
  PROMOTION_NOT_FOUND: entry("not-found", "There is no promotion with this id.", "A mistyped id.", "List promotions."),
  REMOVAL_NOT_FOUND: entry(
    "not-found",
    "Nothing of that name is being removed.",
    "The removal is done, or a mistyped name.",
    "List removals; an application that is gone everywhere has none.",
  ),
  HELD_PRUNE_NOT_FOUND: entry(
    "not-found",
    "No cluster holds that list of deletions now.",
    "It was approved and carried out, or the list has changed since.",
    "List held prunes, and look at the objects of the new list.",
  ),
  AUDIT_ENTRY_NOT_FOUND: entry("not-found", "There is no such line in the audit record.", "A mistyped number.", "List the record."),
  ASSIGNMENT_NOT_FOUND: entry(
    "not-found",
    "The cluster is not assigned this application.",
    "No environment places it there, or its wave has not come.",
    "Ask `drover why`.",
  ),
};
