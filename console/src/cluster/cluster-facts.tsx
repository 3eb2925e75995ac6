import type { Cluster } from "@drover/proto/rest";
import { Badge, Card, Code, Group } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { Ago } from "../page/ago.tsx";
import classes from "./cluster.module.css";

export function ClusterFacts({ cluster }: { readonly cluster: Cluster }) {
  const { id, project, labels, state, environments, lastSeenAt, agentVersion, kubernetesVersion, createdAt, revokedAt } = cluster;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ["State", state],
    ["Last seen", lastSeenAt === undefined ? "never" : <Ago time={lastSeenAt} />],
    ["Environments", environments.join(", ") || "none: no environment's selector matches its labels"],
    ["Kubernetes", kubernetesVersion ?? "not known yet"],
    ["Agent", agentVersion ?? "not known yet"],
    ["Project", project],
    ["Labels", <LabelList labels={labels} />],
    ["Registered", createdAt === undefined ? "not known" : <Ago time={createdAt} />],
    ...(revokedAt === undefined ? [] : [["Revoked", <Ago time={revokedAt} />] as const]),
    ["Id", <Code>{id}</Code>],
  ];
  return (
    <Card withBorder>
      <dl className={`${classes["facts"]} from-server`}>
        {facts.map(([term, said]) => (
          <Fragment key={term}>
            <dt>{term}</dt>
            <dd>{said}</dd>
          </Fragment>
        ))}
      </dl>
    </Card>
  );
}

function LabelList({ labels }: { readonly labels: Cluster["labels"] }) {
  const pairs = Object.entries(labels);
  if (pairs.length === 0) return "none";
  return (
    <Group gap={4}>
      {pairs.map(([key, value]) => (
        <Badge key={key} variant="default" fw={450} miw={0} maw="100%">
          {key}={value}
        </Badge>
      ))}
    </Group>
  );
}
