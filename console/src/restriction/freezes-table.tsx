import type { Freeze } from "@drover/proto/rest";
import { Badge, Card, Code, Table, Text } from "@mantine/core";
import { PageLink } from "../page/page-link.tsx";
import { type FreezeStanding, freezeStanding, reachOf } from "./freeze-words.ts";

const standingColor = { "in force": "cyan", later: "gray", over: "gray" } as const satisfies Record<FreezeStanding, string>;

/** Files under `freezes/`: times in which no new revision leaves. */
export function FreezesTable({ freezes }: { readonly freezes: readonly Freeze[] }) {
  if (freezes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing is frozen. A freeze is a file under <Code>freezes/</Code> in the fleet repository;{" "}
        <PageLink to="/fleet/freezes" td="underline">
          write one
        </PageLink>
        .
      </Text>
    );
  return (
    <Card withBorder p={0}>
      <Table.ScrollContainer minWidth={640} type="native">
        <Table verticalSpacing={6} aria-label="Freezes">
          <Table.Thead>
            <Table.Tr>
              {["Freeze", "State", "Concerns", "From", "Until", "Reason"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {freezes.map(({ name, spec, problem }) => {
              const standing = freezeStanding(spec, Date.now());
              return (
                <Table.Tr key={name} className="from-server">
                  <Table.Td fw={500}>
                    {name}
                    {problem !== undefined && (
                      <Text size="sm" c="var(--mantine-color-error)">
                        {problem.code}: {problem.message}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <Badge variant="light" color={standingColor[standing]}>
                      {standing}
                    </Badge>
                  </Table.Td>
                  <Table.Td>{reachOf(spec)}</Table.Td>
                  <Table.Td>{timeOf(spec.from) ?? "always"}</Table.Td>
                  <Table.Td>{timeOf(spec.until) ?? "its file goes"}</Table.Td>
                  <Table.Td>{spec.reason}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

const timeOf = (text: string | undefined): string | undefined => (text === undefined ? undefined : new Date(text).toLocaleString());
