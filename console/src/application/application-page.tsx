import type { Environment, Placement, Release } from "@drover/proto/rest";
import { useParams } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { Asked } from "../page/asked.tsx";
import { Loading } from "../page/loading.tsx";
import { NextStep } from "../page/next-step.tsx";
import { Page } from "../page/page.tsx";
import { Section } from "../page/section.tsx";
import { useEnvironments } from "../queries/environments.ts";
import { useUnwell } from "../queries/unwell.ts";
import { Board } from "./board.tsx";
import { boardColumns } from "./board-columns.ts";
import { PromotionHistory } from "./promotion-history.tsx";
import { QuarantineList } from "./quarantine-list.tsx";
import {
  useApplication,
  useApplicationPlacements,
  useApplicationRollouts,
  useLatestRolloutsOf,
  usePromotions,
  useQuarantines,
  useReleases,
} from "./queries.ts";
import { ReleasesTable } from "./releases-table.tsx";
import { revisionChoices } from "./revision-choices.ts";
import { latePart } from "../late/late-part.ts";
import { Nothing } from "../page/nothing.tsx";

const PromoteDialog = latePart(async () => (await import("./promote-dialog.tsx")).PromoteDialog);
const RollbackDialog = latePart(async () => (await import("./rollback-dialog.tsx")).RollbackDialog);

type Opened =
  | { readonly kind: "promote"; readonly environment: string; readonly release?: Release }
  | { readonly kind: "rollback"; readonly environment: string };

/** One application: where it is, where it could go, and who moved it. */
export function ApplicationPage() {
  const { application } = useParams({ from: "/applications/$application" });
  const found = useApplication(application);
  const environments = useEnvironments();
  return (
    <Page title={application} within={[{ label: "Applications", to: "/applications" }]} about={found.data && <About of={found.data} />}>
      <Asked of={found} height={320}>
        {() => (
          <Asked of={environments} height={320}>
            {({ items }) => <Body application={application} environments={items} />}
          </Asked>
        )}
      </Asked>
    </Page>
  );
}

function About({ of: { project, spec, path } }: { readonly of: NonNullable<ReturnType<typeof useApplication>["data"]> }) {
  const { repository, ref = "main", path: folder } = spec.source;
  return (
    <>
      project {project} · {repository} at {ref}
      {folder !== undefined && `, folder ${folder}`} · {path}
    </>
  );
}

function Body({ application, environments }: { readonly application: string; readonly environments: readonly Environment[] }) {
  const placements = useApplicationPlacements(application);
  const releases = useReleases(application);
  const promotions = usePromotions(application);
  const latest = useLatestRolloutsOf(application);
  const underWay = useApplicationRollouts(application);
  const refused = useQuarantines(application);
  const [opened, setOpened] = useState<Opened>();
  const close = (): void => setOpened(undefined);
  const [placed, released] = [placements.data ?? [], releases.data ?? []];
  const unwell = useUnwell({ application }, placed.some(isUnwell));
  // All at once, one way or the other: nothing that comes later moves what is there.
  if ([placements, releases, promotions, latest, underWay, refused].some(({ isFetched }) => !isFetched)) return <Loading height="70vh" />;
  const { data: rollouts = [] } = underWay;
  const { data: quarantines = [] } = refused;
  const columns = boardColumns({ environments, placements: placed, releases: released, rollouts, quarantines });
  const choices = revisionChoices(released, placed);
  const first = columns[0]?.environment.name ?? "";
  return (
    <>
      <Section title="Environments">
        <Asked of={placements} height={260}>
          {() =>
            columns.length === 0 ? (
              <NextStep
                text="There is no environment to bring it to. It is a file in the fleet repository, which names its clusters by their labels:"
                command={"# environments/staging.yaml\nclusterSelector:\n  matchLabels: { environment: staging }"}
              />
            ) : (
              <Board
                application={application}
                columns={columns}
                unwell={unwell}
                onPromote={(environment) => setOpened({ kind: "promote", environment })}
                onRollback={(environment) => setOpened({ kind: "rollback", environment })}
              />
            )
          }
        </Asked>
      </Section>
      {quarantines.length > 0 && (
        <Section title="Quarantined" about="refused everywhere until somebody lifts it">
          <QuarantineList quarantines={quarantines} />
        </Section>
      )}
      <Section title="Releases" about="newest first">
        <Asked of={releases}>
          {(items) =>
            items.length === 0 ? (
              <Nothing>None yet. A release is made of a commit when it first goes somewhere: promote one.</Nothing>
            ) : (
              <ReleasesTable
                releases={items}
                placements={columns.flatMap(({ placement }) => placement ?? [])}
                quarantines={quarantines}
                onPromote={(release) => setOpened({ kind: "promote", environment: nextFor(release, columns) ?? first, release })}
              />
            )
          }
        </Asked>
      </Section>
      <Section title="Promotions and rollbacks">
        <Asked of={promotions}>
          {(items) =>
            items.length === 0 ? (
              <Nothing>Nobody has moved it yet.</Nothing>
            ) : (
              <PromotionHistory promotions={items} rollouts={latest.data ?? []} />
            )
          }
        </Asked>
      </Section>
      <Suspense fallback={null}>
        {opened?.kind === "promote" && (
          <PromoteDialog
            application={application}
            environment={opened.environment}
            environments={columns.map(({ environment }) => environment.name)}
            placements={placed}
            choices={choices}
            suggestion={suggestionFor(opened, columns, choices)}
            onClose={close}
          />
        )}
        {opened?.kind === "rollback" && (
          <RollbackDialog
            application={application}
            environment={opened.environment}
            current={placed.find(({ environment }) => environment === opened.environment)?.revision}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
}

/** One that is not applied counts among the healthy of what it had before, and is not proven. */
const isUnwell = ({ summary: { clusters, proven, health } }: Placement): boolean =>
  health.Degraded + health.Missing > 0 || proven < clusters;

type Columns = ReturnType<typeof boardColumns>;

/** The first environment in line that does not want it yet. */
const nextFor = (release: Release, columns: Columns): string | undefined =>
  columns.find(({ placement }) => placement?.release?.id !== release.id)?.environment.name;

/** What is usually meant: the release that was chosen, what the environment before has, or else the newest. */
function suggestionFor(
  { environment, release }: Extract<Opened, { kind: "promote" }>,
  columns: Columns,
  choices: ReturnType<typeof revisionChoices>,
) {
  const from = columns.find((column) => column.environment.name === environment)?.environment.spec.promotesFrom ?? [];
  const upstream = columns.find((column) => from.includes(column.environment.name))?.placement?.revision;
  const wanted = release?.revision ?? upstream;
  return choices.find(({ revision }) => revision === wanted) ?? choices[0];
}
