import { type Application, healthOf, type Placement, syncOf } from "@drover/proto/rest";
import { age, short } from "../output/cell-text.ts";
import type { Column } from "../output/columns.ts";
import type { View } from "../output/print.ts";

/** An application as people look for it: a row for each environment that it is in, and one where it is in none. */
export interface ApplicationRow extends Application {
  readonly placement?: Placement;
}

/** How far a place is. */
const columnsOf = <Row>(placement: (row: Row) => Placement | undefined): readonly Column<Row>[] => {
  const of = (cell: (placement: Placement) => string | number | undefined) => (row: Row) => {
    const found = placement(row);
    return found === undefined ? undefined : cell(found);
  };
  return [
    { head: "ENVIRONMENT", cell: of(({ environment }) => environment) },
    { head: "REVISION", cell: of(({ revision }) => short(revision)) },
    { head: "SYNC", cell: of(syncOf) },
    { head: "HEALTH", cell: of(healthOf) },
    { head: "CLUSTERS", cell: of(({ summary }) => `${summary.health.Healthy}/${summary.clusters}`) },
    { head: "ROLLOUT", cell: of(({ rollout }) => rollout?.phase) },
  ];
};

export const applicationRowView: View<ApplicationRow> = {
  kind: "application",
  name: ({ name }) => name,
  columns: [
    { head: "NAME", cell: ({ name }) => name },
    ...columnsOf<ApplicationRow>(({ placement }) => placement),
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "PROJECT", cell: ({ project }) => project, wide: true },
    { head: "REPOSITORY", cell: ({ spec }) => spec.source.repository, wide: true },
    { head: "REF", cell: ({ spec }) => spec.source.ref ?? "main", wide: true },
    { head: "PATH", cell: ({ spec }) => spec.source.path ?? ".", wide: true },
    { head: "RELEASE", cell: ({ placement }) => placement?.release?.name, wide: true },
    { head: "FILE", cell: ({ path }) => path, wide: true },
    { head: "PROBLEM", cell: ({ problem, placement }) => (problem ?? troubleOf(placement))?.code },
  ],
};

/** What keeps git's wish from being carried out; where no pin says it, what keeps us from knowing a newer one. */
const troubleOf = (placement: Placement | undefined): Placement["problem"] =>
  placement?.problem ?? (placement?.pin?.revision === undefined ? placement?.sourceProblem : undefined);

export const placementView: View<Placement> = {
  kind: "placement",
  name: ({ application, environment }) => `${environment}/${application}`,
  columns: [
    { head: "APPLICATION", cell: ({ application }) => application },
    ...columnsOf<Placement>((placement) => placement),
    { head: "CHANGED", cell: ({ updatedAt }) => (updatedAt === undefined ? undefined : `${age(updatedAt)} ago`) },
    { head: "RELEASE", cell: ({ release }) => release?.name, wide: true },
    { head: "PINNED", cell: ({ pin }) => short(pin?.revision), wide: true },
    { head: "HEAD", cell: ({ head }) => short(head), wide: true },
    { head: "CURRENT", cell: ({ summary }) => summary.current, wide: true },
    { head: "PROVEN", cell: ({ summary }) => summary.proven, wide: true },
    { head: "DRIFTED", cell: ({ summary }) => summary.drifted, wide: true },
    { head: "ID", cell: ({ rollout }) => rollout?.id, wide: true },
    { head: "PROBLEM", cell: (placement) => troubleOf(placement)?.code },
  ],
};
