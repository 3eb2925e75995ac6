import type { FleetEdit } from "@drover/proto/rest";
import type { Cli } from "../cli.ts";
import { printable } from "../output/columns.ts";
import { paintDiffLine } from "../output/diff-line.ts";
import { wantsColours } from "../output/paint.ts";
import { applyManifest } from "./apply-manifest.ts";
import type { FleetClient } from "./fleet-client.ts";
import type { Manifest } from "./read-manifests.ts";

export type Differs = "nothing" | "something" | "refused";

/** Shows what applying would change in the fleet repository, and what is wrong with it. */
export async function diffManifests(cli: Cli, client: FleetClient, manifests: readonly Manifest[]): Promise<Differs> {
  const colours = wantsColours(cli.isTerminal, cli.env);
  const results = new Set<FleetEdit["result"]>();
  for (const manifest of manifests) {
    const edit = await applyManifest(client, manifest, { reason: "drover diff", validateOnly: true });
    for (const line of diffLines(edit)) cli.out(`${paintDiffLine(printable(line), colours)}\n`);
    for (const { severity, path, line, message } of edit.preview?.problems ?? [])
      cli.say(printable(`${severity}: ${path}:${line}: ${message}`));
    results.add(edit.result);
  }
  if (results.has("Refused")) return "refused";
  return [...results].every((result) => result === "Unchanged") ? "nothing" : "something";
}

const diffLines = ({ preview }: FleetEdit): readonly string[] =>
  (preview?.files ?? []).flatMap(({ diff }) => diff.replace(/\n$/, "").split("\n"));
