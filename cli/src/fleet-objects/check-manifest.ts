import { type FleetProblem, fleetPathOf, newFleetFile, parseFleetFile } from "@drover/proto/fleet";
import type { EditedKind } from "@drover/proto/rest";

/** What is wrong with an object by itself, without a server; what other files say of it only the server knows. */
export function problemsOfSpec(kind: EditedKind, name: string, spec: object, text?: string): readonly FleetProblem[] {
  // The server gives a cluster its id.
  const form = kind === "Cluster" ? { id: "a".repeat(26), ...spec } : spec;
  const parsed = parseFleetFile(fleetPathOf(kind, name), kind === "Cluster" || text === undefined ? newFleetFile(form) : text);
  return parsed.kind === "invalid" ? parsed.problems : [];
}
