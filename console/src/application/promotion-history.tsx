import type { Promotion, Rollout, RolloutPhase } from "@drover/proto/rest";
import { Card, Table, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import { shortRevision } from "./revision-choices.ts";
import { Status } from "../words/status.tsx";

interface PromotionHistoryProps {
  readonly promotions: readonly Promotion[];
  /** Of the application: what became of a promotion is what became of its rollouts. */
  readonly rollouts: readonly Pick<Rollout, "id" | "phase">[];
}

/** Who moved what, newest first. */
export function PromotionHistory({ promotions, rollouts }: PromotionHistoryProps) {
  const phases = new Map(rollouts.map(({ id, phase }) => [id, phase]));
  return (
    <Card withBorder p={0}>
      <Table.ScrollContainer minWidth={720} type="native">
        <Table verticalSpacing="xs" aria-label="Promotions and rollbacks">
          <Table.Thead>
            <Table.Tr>
              {["What", "Where", "Revision", "State", "By", "Reason", "When"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {promotions.map((promotion) => (
              <Row key={promotion.id} promotion={promotion} phases={promotion.rollouts.flatMap((id) => phases.get(id) ?? [])} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

interface RowProps {
  readonly promotion: Promotion;
  /** Of its rollouts, as far as they are known. */
  readonly phases: readonly RolloutPhase[];
}

function Row({ promotion, phases }: RowProps) {
  const { kind, environment, cluster, places, revision, state, error, actor, reason, createdAt, rollouts } = promotion;
  const where = places?.map((place) => place.environment).join(", ") ?? (cluster === undefined ? environment : `${environment}/${cluster}`);
  const [rollout] = rollouts;
  return (
    <Table.Tr className="from-server">
      <Table.Td>{rollout === undefined ? kind : <PageLink to={paths.rollout(rollout)}>{kind}</PageLink>}</Table.Td>
      <Table.Td>{where}</Table.Td>
      <Table.Td ff="monospace">{shortRevision(revision)}</Table.Td>
      <Table.Td>
        {phases.length === 0 ? <Status word={state} /> : [...new Set(phases)].map((phase) => <Status key={phase} word={phase} />)}
        {error !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)">
            {error.code}: {error.message}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{actor}</Table.Td>
      <Table.Td>{reason}</Table.Td>
      <Table.Td>
        <Ago time={createdAt} />
      </Table.Td>
    </Table.Tr>
  );
}
