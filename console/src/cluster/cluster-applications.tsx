import { plural } from "@drover/kit";
import type { ClusterApplication } from "@drover/proto/rest";
import { Card } from "@mantine/core";
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
import { PlainTable } from "../table/plain-table.tsx";
import { Nothing } from "../page/nothing.tsx";

const heads = ["Application", "Release", "Health", "Sync", "Drift", "Assigned"];

export function ClusterApplications({ cluster }: { readonly cluster: string }) {
  return (
    <Asked of={useClusterApplications(cluster)} height={140}>
      {({ items }) =>
        items.length === 0 ? (
          <Card withBorder>
            <Nothing>
              Nothing is placed here. An environment that has this cluster gets an application by a promotion: drover promote APPLICATION
              --to ENVIRONMENT --revision REVISION
            </Nothing>
          </Card>
        ) : (
          <PlainTable framed minWidthPx={640} layout="fixed" heads={heads}>
            {items.map((item) => (
              <ApplicationRows key={item.application} item={item} />
            ))}
          </PlainTable>
        )
      }
    </Asked>
  );
}

function ApplicationRows({ item: { cluster, application, assignment, status } }: { readonly item: ClusterApplication }) {
  const why = status === undefined ? [] : troublesOf(status);
  return (
    <Fragment>
      <tr className="from-server" data-goes-on={why.length > 0 || undefined}>
        <td>
          <PageLink to={paths.live(cluster, application)} fw={550}>
            {application}
          </PageLink>
        </td>
        <td>{assignment.release}</td>
        <td>{status === undefined ? "no report yet" : <Status word={status.health} />}</td>
        <td>{status === undefined ? "" : <Status word={status.sync} />}</td>
        <td>{status === undefined || status.drifted === 0 ? "–" : <Status word="Drifted">{plural(status.drifted, "object")}</Status>}</td>
        <td>
          <Ago time={assignment.assignedAt} />
        </td>
      </tr>
      {why.length > 0 && (
        <tr>
          <td colSpan={heads.length} className={`${classes["failing"]} from-server`}>
            {why.map((trouble) => (
              <div key={troubleInWords(trouble)}>
                <TroubleText trouble={trouble} />
              </div>
            ))}
          </td>
        </tr>
      )}
    </Fragment>
  );
}
