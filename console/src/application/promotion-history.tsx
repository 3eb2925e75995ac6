import { shortRevision } from "@drover/kit";
import type { Promotion, Rollout, RolloutPhase } from "@drover/proto/rest";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import { Status } from "../words/status.tsx";
import { PlainTable } from "../table/plain-table.tsx";
import { ProblemText } from "../page/problem-text.tsx";
import { OrderCells, orderHeads } from "../table/order-cells.tsx";

interface PromotionHistoryProps {
  readonly promotions: readonly Promotion[];
  /** Of the application: what became of a promotion is what became of its rollouts. */
  readonly rollouts: readonly Pick<Rollout, "id" | "phase">[];
}

/** Who moved what, newest first. */
export function PromotionHistory({ promotions, rollouts }: PromotionHistoryProps) {
  const phases = new Map(rollouts.map(({ id, phase }) => [id, phase]));
  return (
    <PlainTable
      framed
      label="Promotions and rollbacks"
      minWidthPx={720}
      rows="roomy"
      heads={["What", "Where", "Revision", "State", ...orderHeads]}
    >
      {promotions.map((promotion) => (
        <Row key={promotion.id} promotion={promotion} phases={promotion.rollouts.flatMap((id) => phases.get(id) ?? [])} />
      ))}
    </PlainTable>
  );
}

interface RowProps {
  readonly promotion: Promotion;
  /** Of its rollouts, as far as they are known. */
  readonly phases: readonly RolloutPhase[];
}

function Row({ promotion, phases }: RowProps) {
  const { kind, environment, cluster, places, revision, state, error, rollouts } = promotion;
  const where = places?.map((place) => place.environment).join(", ") ?? (cluster === undefined ? environment : `${environment}/${cluster}`);
  const [rollout] = rollouts;
  return (
    <tr className="from-server">
      <td>{rollout === undefined ? kind : <PageLink to={paths.rollout(rollout)}>{kind}</PageLink>}</td>
      <td>{where}</td>
      <td className="mono">{shortRevision(revision)}</td>
      <td>
        {phases.length === 0 ? <Status word={state} /> : [...new Set(phases)].map((phase) => <Status key={phase} word={phase} />)}
        <ProblemText problem={error} />
      </td>
      <OrderCells order={promotion} />
    </tr>
  );
}
