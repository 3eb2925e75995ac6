import { plural } from "@drover/kit";
import type { HeldPrune } from "@drover/proto/rest";
import { Card, Code, List, Table, Text, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { useDifferences } from "../live-objects/queries.ts";
import { keyOf } from "../live-objects/tree-rows.ts";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";

const shownClusters = 5;

/** Deletions that agents hold back. Clusters that would lose exactly the same objects share a line. */
export function HeldPrunes({ prunes }: { readonly prunes: readonly HeldPrune[] }) {
  const [approving, setApproving] = useState<HeldPrune>();
  if (prunes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No agent holds a deletion back.
      </Text>
    );
  return (
    <Card withBorder p={0}>
      <Table.ScrollContainer minWidth={640} type="native">
        <Table verticalSpacing="xs" aria-label="Held deletions">
          <Table.Thead>
            <Table.Tr>
              {["Application", "Environment", "Would delete", "On", "Since"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
              <Table.Th>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {prunes.map((prune) => (
              <Table.Tr key={`${prune.environment} ${prune.application} ${prune.hash}`} className="from-server">
                <Table.Td fw={500}>{prune.application}</Table.Td>
                <Table.Td>{prune.environment}</Table.Td>
                <Table.Td>{plural(prune.objects, "object")}</Table.Td>
                <Table.Td>{clustersOf(prune)}</Table.Td>
                <Table.Td>
                  <Ago time={prune.since} />
                </Table.Td>
                <Table.Td>
                  <PermittedButton
                    wish={{ permission: "promotion.create" }}
                    notNow={prune.approvedAt === undefined ? undefined : "it is approved; the agents are about to do it"}
                    aria-label={`Approve the deletions of ${prune.application} in ${prune.environment}`}
                    onClick={() => setApproving(prune)}
                  >
                    Approve…
                  </PermittedButton>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {approving !== undefined && <ApproveDialog prune={approving} onClose={() => setApproving(undefined)} />}
    </Card>
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
