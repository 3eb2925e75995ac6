import type { Placement, Quarantine, Release } from "@drover/proto/rest";
import { Badge, Card, Group, Table, Text } from "@mantine/core";
import { PermittedButton } from "../change/permitted-button.tsx";
import { Ago } from "../page/ago.tsx";
import { shortRevision, subjectOf } from "./revision-choices.ts";

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
      <Table.ScrollContainer minWidth={720} type="native">
        <Table verticalSpacing="xs" highlightOnHover aria-label="Releases">
          <Table.Thead>
            <Table.Tr>
              {["Release", "Commit", "Message", "Author", "Wanted in"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
              <Table.Th>Actions</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {releases.map((release) => (
              <Table.Tr key={release.id} className="from-server">
                <Table.Td fw={600}>
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
                </Table.Td>
                <Table.Td ff="monospace">{shortRevision(release.revision)}</Table.Td>
                <Table.Td>
                  {subjectOf(release.message)}
                  {release.problem !== undefined && (
                    <Text size="sm" c="var(--mantine-color-error)">
                      {release.problem.code}: {release.problem.message}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  {release.author}
                  <Text size="sm" c="dimmed">
                    <Ago time={release.committedAt} />
                  </Text>
                </Table.Td>
                <Table.Td>
                  {placements
                    .filter(({ release: wanted }) => wanted?.id === release.id)
                    .map(({ environment }) => environment)
                    .join(", ") || "—"}
                </Table.Td>
                <Table.Td>
                  <PermittedButton
                    wish={{ permission: "promotion.create" }}
                    notNow={refused.has(release.revision) ? "it is quarantined; lift the quarantine first" : undefined}
                    aria-label={`Promote ${release.name}`}
                    onClick={() => onPromote(release)}
                  >
                    Promote…
                  </PermittedButton>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
