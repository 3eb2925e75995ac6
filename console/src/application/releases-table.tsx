import { shortRevision } from "@drover/kit";
import type { Placement, Quarantine, Release } from "@drover/proto/rest";
import { Badge, Group, Text } from "@mantine/core";
import { PermittedButton } from "../change/permitted-button.tsx";
import { Ago } from "../page/ago.tsx";
import { subjectOf } from "./revision-choices.ts";
import { PlainTable } from "../table/plain-table.tsx";
import { ProblemText } from "../page/problem-text.tsx";

interface ReleasesTableProps {
  readonly releases: readonly Release[];
  /** In the order of promotion. */
  readonly placements: readonly Placement[];
  readonly quarantines: readonly Quarantine[];
  readonly onPromote: (release: Release) => void;
}

/** What could go somewhere, newest first, and where it is wanted already. */
export function ReleasesTable({ releases, placements, quarantines, onPromote }: ReleasesTableProps) {
  const refused = new Set(quarantines.flatMap(({ kind, revision }) => (kind === "Revision" ? [revision] : [])));
  return (
    <PlainTable
      framed
      label="Releases"
      minWidthPx={720}
      rows="roomy"
      heads={["Release", "Commit", "Message", "Author", "Wanted in"]}
      hasActions
    >
      {releases.map((release) => (
        <tr key={release.id} className="from-server">
          <td className="strong">
            <Group gap={6}>
              {release.name}
              {refused.has(release.revision) && (
                <Badge variant="light" color="red">
                  quarantined
                </Badge>
              )}
              {release.problem !== undefined && (
                <Badge variant="light" color="red">
                  does not render
                </Badge>
              )}
            </Group>
          </td>
          <td className="mono">{shortRevision(release.revision)}</td>
          <td>
            {subjectOf(release.message)}
            <ProblemText problem={release.problem} />
          </td>
          <td>
            {release.author}
            <Text size="sm" c="dimmed">
              <Ago time={release.committedAt} />
            </Text>
          </td>
          <td>
            {placements
              .filter(({ release: wanted }) => wanted?.id === release.id)
              .map(({ environment }) => environment)
              .join(", ") || "—"}
          </td>
          <td>
            <PermittedButton
              wish={{ permission: "promotion.create" }}
              notNow={refused.has(release.revision) ? "it is quarantined; lift the quarantine first" : undefined}
              aria-label={`Promote ${release.name}`}
              onClick={() => onPromote(release)}
            >
              Promote…
            </PermittedButton>
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}
