import { formatAge, plural } from "@drover/kit";
import type { PreviewCluster, PreviewedRollout, RolloutPreview } from "@drover/proto/rest";
import { type Column, formatTable, printable } from "./columns.ts";
import { formatObject, type OutputForm } from "./print.ts";

/** What a rollout would do: its waves, what changes, and each cluster's part. */
export function formatRolloutPlan(preview: RolloutPreview, output: OutputForm | undefined): string {
  if (output === "name") return preview.clusters.map(({ cluster }) => `cluster/${cluster}\n`).join("");
  if (output !== undefined && output !== "wide") return formatObject(preview, output);
  return formatPlan(preview, output === "wide");
}

function formatPlan(preview: RolloutPreview, wide: boolean): string {
  const { application, environment, revision, problem, warnings, rollouts, changes, clusters } = preview;
  const title = `${application} in ${environment}${revision === undefined ? "" : ` at ${short(revision)}`}\n`;
  if (problem !== undefined) return `${title}Nothing would move: ${printable(problem.message)} (${problem.code})\n`;
  const parts = [
    title,
    rollouts.length === 0 ? "No rollout would begin.\n" : "",
    ...rollouts.flatMap((rollout) => ["\n", formatWaves(rollout)]),
    changes.length === 0 ? "" : `\n${changes.map(({ id, message }) => `${id}  ${printable(message)}\n`).join("")}`,
    warnings.length === 0 ? "" : `\n${warnings.map(({ message }) => `Warning: ${printable(message ?? "")}\n`).join("")}`,
    clusters.length === 0 ? "" : `\n${formatTable(clusters, columnsFor(rollouts), { wide, headers: true })}`,
  ];
  return parts.join("");
}

function formatWaves({ scope, supersedes, waves, holds }: PreviewedRollout): string {
  const lines = [
    scope === "Clusters" ? "Over the clusters that the pin names:\n" : "",
    supersedes === undefined ? "" : `It takes the place of rollout ${supersedes}.\n`,
    formatTable(
      waves,
      [
        { head: "WAVE", cell: ({ name }) => name },
        { head: "CLUSTERS", cell: ({ clusters }) => clusters },
        { head: "AT ONCE", cell: ({ maxConcurrency }) => maxConcurrency },
        { head: "SOAK", cell: ({ soakSeconds }) => (soakSeconds === 0 ? undefined : formatAge(soakSeconds * 1000)) },
        { head: "GATES", cell: ({ gates }) => gates.map(({ when, name, type }) => `${when.toLowerCase()}: ${name} (${type})`).join(", ") },
      ],
      { wide: false, headers: true },
    ),
    ...holds.map(({ message, waitingClusters }) => `waits: ${printable(message ?? "")} (${plural(Number(waitingClusters), "cluster")})\n`),
  ];
  return lines.join("");
}

const columnsFor = (rollouts: readonly PreviewedRollout[]): readonly Column<PreviewCluster>[] => [
  { head: "CLUSTER", cell: ({ cluster }) => cluster },
  {
    head: "WAVE",
    cell: ({ wave, scope }) =>
      wave === undefined ? undefined : rollouts.find((rollout) => rollout.scope === scope)?.waves.find(({ index }) => index === wave)?.name,
  },
  { head: "EFFECT", cell: ({ effect }) => effect },
  { head: "CHANGE", cell: ({ change }) => change },
  { head: "BECAUSE", cell: ({ because }) => because?.message ?? because?.kind },
];

const short = (revision: string): string => (/^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : printable(revision));
