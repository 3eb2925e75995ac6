import type { Placement, Quarantine, Release } from "@drover/proto/rest";
import { Badge, Card, Group, Text } from "@mantine/core";
import { PermittedButton } from "../change/permitted-button.tsx";
import { Ago } from "../page/ago.tsx";
import { shortRevision, subjectOf } from "./revision-choices.ts";
import { PlainTable } from "../table/plain-table.tsx";

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
    <Card withBorder p={0}>
      <PlainTable label="Releases" minWidthPx={720} rows="roomy">
        <thead>
          <tr>
            {["Release", "Commit", "Message", "Author", "Wanted in"].map((head) => (
              <th key={head}>{head}</th>
            ))}
            <th>Actions</th>
          </tr>
        </thead>
        <tbody>
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
                {release.problem !== undefined && (
                  <Text size="sm" c="var(--mantine-color-error)">
                    {release.problem.code}: {release.problem.message}
                  </Text>
                )}
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
        </tbody>
      </PlainTable>
    </Card>
  );
}
