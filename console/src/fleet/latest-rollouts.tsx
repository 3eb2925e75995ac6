import { Badge, Card, Table, Text } from "@mantine/core";
import { useLatestRollouts } from "../queries/rollouts.ts";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { countsInWords, phaseColor } from "../words/rollout-words.ts";

const shown = 10;

export function LatestRollouts() {
  return (
    <Asked of={useLatestRollouts(shown)}>
      {(rollouts) =>
        rollouts.length === 0 ? (
          <Text c="dimmed">None yet.</Text>
        ) : (
          <Card withBorder>
            <Table.ScrollContainer minWidth={900} type="native">
              <Table verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>
                    {["Release", "Environment", "Phase", "Clusters", "By", "Reason", "Begun"].map((head) => (
                      <Table.Th key={head}>{head}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rollouts.map(({ id, release, environment, phase, targets, actor, reason, createdAt }) => (
                    <Table.Tr key={id} className="from-server">
                      <Table.Td fw={500}>{release}</Table.Td>
                      <Table.Td>{environment}</Table.Td>
                      <Table.Td>
                        <Badge variant="light" color={phaseColor[phase]}>
                          {phase}
                        </Badge>
                      </Table.Td>
                      <Table.Td>{countsInWords(targets)}</Table.Td>
                      <Table.Td>{actor}</Table.Td>
                      <Table.Td>{reason}</Table.Td>
                      <Table.Td>
                        <Ago time={createdAt} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Card>
        )
      }
    </Asked>
  );
}
