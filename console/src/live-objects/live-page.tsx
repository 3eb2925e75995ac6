import { shortRevision } from "@drover/kit";
import type { TreeAnswer } from "./answers.ts";
import { Alert, Card, Group, Text } from "@mantine/core";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Suspense } from "react";
import { Asked } from "../page/asked.tsx";
import { PageLink } from "../page/page-link.tsx";
import { Page } from "../page/page.tsx";
import { Section } from "../page/section.tsx";
import { paths } from "../paths.ts";
import { Differences } from "./differences.tsx";
import { DriftList } from "./drift-list.tsx";
import { LiveActions } from "./live-actions.tsx";
import classes from "./live-page.module.css";
import { madeFor } from "./made-for.ts";
import { objectTabs, type ObjectTab } from "./object-tabs.ts";
import { ObjectTree } from "./object-tree.tsx";
import { useClusterApplication, useDifferences, useDrift, useTree } from "./queries.ts";
import { keyOf, objectNameOf } from "./tree-rows.ts";
import { Status } from "../words/status.tsx";
import { Loading } from "../page/loading.tsx";
import { latePart } from "../late/late-part.ts";

// With its logs, YAML and comparisons it is as large as the rest of the page, which shows the tree before.
const ObjectPanel = latePart(async () => (await import("./object-panel.tsx")).ObjectPanel);

const route = "/clusters/$cluster/applications/$application";

/** One application on one cluster, as its agent sees it now. Which object and which tab one looks at stands in the address. */
export function LivePage() {
  const { cluster, application } = useParams({ from: route });
  const tree = useTree(cluster, application);
  return (
    <Page
      title={`${application} on ${cluster}`}
      within={[
        { label: "Clusters", to: "/clusters" },
        { label: cluster, to: paths.cluster(cluster) },
      ]}
      badge={
        tree.data && (
          <Group gap="sm">
            <Status word={tree.data.health} />
            <Status word={tree.data.sync} />
          </Group>
        )
      }
      about={<About cluster={cluster} application={application} />}
      actions={<LiveActions cluster={cluster} application={application} />}
    >
      <Section title="Objects" about="asked of the cluster's agent, every few seconds">
        <Asked of={tree} height={420}>
          {(answer) => <Objects cluster={cluster} application={application} tree={answer} />}
        </Asked>
      </Section>
      <Section title="Drift" about="what differed from git, for 30 days">
        <Asked of={useDrift(cluster, application)}>{(episodes) => <DriftList episodes={episodes} />}</Asked>
      </Section>
    </Page>
  );
}

function About({ cluster, application }: { readonly cluster: string; readonly application: string }) {
  const { data } = useClusterApplication(cluster, application);
  if (data === undefined) return null;
  const { environment, release, revision, generation } = data.assignment;
  return (
    <>
      <PageLink to={paths.application(application)} td="underline">
        {application}
      </PageLink>{" "}
      in {environment}: {release} ({shortRevision(revision)}), generation {generation}
      {data.status?.current === false && " · the agent has not reported this generation yet"}
    </>
  );
}

interface ObjectsProps {
  readonly cluster: string;
  readonly application: string;
  readonly tree: TreeAnswer;
}

function Objects({ cluster, application, tree: { nodes, truncated } }: ObjectsProps) {
  const { object: key, tab } = useSearch({ from: route });
  const navigate = useNavigate();
  const show = (object: string, on: ObjectTab | undefined): void =>
    void navigate({
      to: route,
      params: { cluster, application },
      search: on === undefined ? { object } : { object, tab: on },
      replace: true,
    });
  const object = key === undefined ? undefined : objectNameOf(key);
  const node = nodes.find((one) => keyOf(one) === key);
  return (
    <div className={classes["sides"]}>
      <Card withBorder p="xs">
        <ObjectTree
          nodes={nodes}
          selected={key}
          onSelect={(chosen) =>
            show(
              chosen,
              objectTabs.find((one) => one === tab),
            )
          }
        />
        {truncated === true && <Alert color="yellow">There are more objects than one answer holds.</Alert>}
      </Card>
      <Card withBorder>
        {object === undefined || key === undefined ? (
          <AllDifferences cluster={cluster} application={application} />
        ) : (
          <Suspense fallback={<Loading height={360} />}>
            <ObjectPanel
              key={key}
              cluster={cluster}
              application={application}
              object={object}
              node={node}
              owner={madeFor(nodes, node)}
              tab={objectTabs.find((one) => one === tab)}
              onTab={(chosen) => show(key, chosen)}
            />
          </Suspense>
        )}
      </Card>
    </div>
  );
}

/** While no object is chosen: everything that differs. */
function AllDifferences({ cluster, application }: { readonly cluster: string; readonly application: string }) {
  return (
    <>
      <Text size="sm" mb="sm">
        Choose an object to see its YAML, events and logs.
      </Text>
      <Asked of={useDifferences(cluster, application, undefined)}>{(answer) => <Differences answer={answer} />}</Asked>
    </>
  );
}
