import { plural } from "@drover/kit";
import type { HeldPrune } from "@drover/proto/rest";
import { Code, List, Text } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { useDifferences } from "../live-objects/queries.ts";
import { keyOf } from "../live-objects/tree-rows.ts";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { PlainTable } from "../table/plain-table.tsx";
import { Nothing } from "../page/nothing.tsx";

const shownClusters = 5;

/** Deletions that agents hold back. Clusters that would lose exactly the same objects share a line. */
export function HeldPrunes({ prunes }: { readonly prunes: readonly HeldPrune[] }) {
  const [approving, setApproving] = useState<HeldPrune>();
  if (prunes.length === 0) return <Nothing>No agent holds a deletion back.</Nothing>;
  return (
    <>
      <PlainTable
        framed
        label="Held deletions"
        minWidthPx={640}
        rows="roomy"
        heads={["Application", "Environment", "Would delete", "On", "Since"]}
        hasActions
      >
        {prunes.map((prune) => (
          <tr key={`${prune.environment} ${prune.application} ${prune.hash}`} className="from-server">
            <td className="strong">{prune.application}</td>
            <td>{prune.environment}</td>
            <td>{plural(prune.objects, "object")}</td>
            <td>{clustersOf(prune)}</td>
            <td>
              <Ago time={prune.since} />
            </td>
            <td>
              <PermittedButton
                wish={{ permission: "promotion.create" }}
                notNow={prune.approvedAt === undefined ? undefined : "it is approved; the agents are about to do it"}
                aria-label={`Approve the deletions of ${prune.application} in ${prune.environment}`}
                onClick={() => setApproving(prune)}
              >
                Approve…
              </PermittedButton>
            </td>
          </tr>
        ))}
      </PlainTable>
      {approving !== undefined && <ApproveDialog prune={approving} onClose={() => setApproving(undefined)} />}
    </>
  );
}

const clustersOf = ({ clusters, clusterCount }: HeldPrune): string =>
  clusterCount > shownClusters
    ? `${clusters.slice(0, shownClusters).join(", ")} and ${clusterCount - shownClusters} more`
    : clusters.join(", ");

function ApproveDialog({ prune, onClose }: { readonly prune: HeldPrune; readonly onClose: () => void }) {
  const { application, environment, hash, objects, clusterCount, clusters } = prune;
  const change = useChange({
    send: (client, reason: string, idempotencyKey) =>
      client("createPruneApproval", { body: { application, environment, hash, reason }, idempotencyKey }),
    done: (approval) => `Approved for ${plural(approval.clusterCount, "cluster")}.`,
    onDone: onClose,
  });
  const [cluster] = clusters;
  return (
    <ChangeDialog
      title={`Approve the deletions of ${application} in ${environment}`}
      verb={`Delete ${plural(objects, "object")}`}
      color="red"
      typed={application}
      change={change}
      onClose={onClose}
    >
      <Text size="sm">
        {plural(objects, "object")} on {plural(clusterCount, "cluster")} will be deleted, exactly this list and no other (
        <Code>{hash.slice(0, 19)}</Code>). The approval holds for seven days.
      </Text>
      {cluster !== undefined && <ExactList cluster={cluster} application={application} />}
    </ChangeDialog>
  );
}

/** What one of the clusters would lose; the others would lose the same. */
function ExactList({ cluster, application }: { readonly cluster: string; readonly application: string }) {
  return (
    <Asked of={useDifferences(cluster, application, undefined)}>
      {({ objects }) => (
        <List size="sm" aria-label={`What ${cluster} would lose`}>
          {objects
            .filter(({ change }) => change === "Delete")
            .map((object) => (
              <List.Item key={keyOf(object)}>
                <Code>
                  {object.kind} {object.namespace === undefined ? "" : `${object.namespace}/`}
                  {object.name}
                </Code>
              </List.Item>
            ))}
        </List>
      )}
    </Asked>
  );
}
