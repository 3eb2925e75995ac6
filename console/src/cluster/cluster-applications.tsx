import type { ClusterApplication } from "@drover/proto/rest";
import { Card, Table, Text } from "@mantine/core";
import { Fragment } from "react";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import { useClusterApplications } from "../queries/clusters.ts";
import { Status } from "../words/status.tsx";
import { TroubleText } from "../words/trouble-text.tsx";
import { troubleInWords, troublesOf } from "../words/troubles.ts";
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
  const why = status === undefined ? [] : troublesOf(status);
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
            {why.map((trouble) => (
              <div key={troubleInWords(trouble)}>
                <TroubleText trouble={trouble} />
              </div>
            ))}
          </Table.Td>
        </Table.Tr>
      )}
    </Fragment>
  );
}
