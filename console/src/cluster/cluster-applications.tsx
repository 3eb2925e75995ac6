import type { ClusterApplication } from "@drover/proto/rest";
import { Card, Code, Table, Text } from "@mantine/core";
import { Fragment } from "react";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import { useClusterApplications } from "../queries/clusters.ts";
import { Status } from "../words/status.tsx";
import classes from "./cluster.module.css";

const heads = ["Application", "Release", "Health", "Sync", "Drift", "Given"];

export function ClusterApplications({ cluster }: { readonly cluster: string }) {
  return (
    <Asked of={useClusterApplications(cluster)} height={140}>
      {({ items }) =>
        items.length === 0 ? (
          <Card withBorder>
            <Text size="sm" c="dimmed">
              Nothing is placed here. An environment that has this cluster gets an application by a promotion: drover promote APPLICATION
              --to ENVIRONMENT --revision REVISION
            </Text>
          </Card>
        ) : (
          <Card withBorder p={0}>
            <Table.ScrollContainer minWidth={640} type="native">
              <Table verticalSpacing={6} horizontalSpacing="md" layout="fixed">
                <Table.Thead>
                  <Table.Tr>
                    {heads.map((head) => (
                      <Table.Th key={head}>{head}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((item) => (
                    <ApplicationRows key={item.application} item={item} />
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

function ApplicationRows({ item: { cluster, application, assignment, status } }: { readonly item: ClusterApplication }) {
  const why = status === undefined ? [] : whyNot(status);
  return (
    <Fragment>
      <Table.Tr className="from-server" bd={why.length > 0 ? "none" : undefined}>
        <Table.Td>
          <PageLink to={paths.live(cluster, application)} fw={550}>
            {application}
          </PageLink>
        </Table.Td>
        <Table.Td>{assignment.release}</Table.Td>
        <Table.Td>{status === undefined ? "no report yet" : <Status word={status.health} />}</Table.Td>
        <Table.Td>{status === undefined ? "" : <Status word={status.sync} />}</Table.Td>
        <Table.Td>{status === undefined || status.drifted === 0 ? "–" : <Status word="Drifted">{status.drifted} objects</Status>}</Table.Td>
        <Table.Td>
          <Ago time={assignment.assignedAt} />
        </Table.Td>
      </Table.Tr>
      {why.length > 0 && (
        <Table.Tr>
          <Table.Td colSpan={heads.length} pt={0} className={`${classes["failing"]} from-server`}>
            {why.map(({ subject, said }) => (
              <div key={`${subject} ${said}`}>
                {subject !== undefined && <Code>{subject}</Code>} {said}
              </div>
            ))}
          </Table.Td>
        </Table.Tr>
      )}
    </Fragment>
  );
}

/** What its agent says of it while it is not Synced and Healthy. */
function whyNot({ health, sync, reason, message, failing }: NonNullable<ClusterApplication["status"]>) {
  if (health === "Healthy" && sync === "Synced") return [];
  const objects = failing.map((object) => ({
    subject: `${object.kind}/${object.name}${object.container === undefined ? "" : ` ${object.container}`}`,
    said: `${object.reason}: ${object.message}`,
  }));
  return message === undefined ? objects : [{ subject: reason, said: message }, ...objects];
}
