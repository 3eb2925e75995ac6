import type { Rollout } from "@drover/proto/rest";
import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Asked } from "../page/asked.tsx";
import { NextStep } from "../page/next-step.tsx";
import { PageLink } from "../page/page-link.tsx";
import { Page } from "../page/page.tsx";
import { paths } from "../paths.ts";
import { useEnvironments } from "../queries/environments.ts";
import { textsOf } from "../search-text.ts";
import { countsInWords } from "../words/rollout-words.ts";
import { type RolloutFilter, useRollouts } from "./queries.ts";
import { rolloutFilters } from "./route.ts";
import { WaveBar } from "./wave-bar.tsx";
import { Status } from "../words/status.tsx";
import { PlainTable } from "../table/plain-table.tsx";
import { OrderCells, orderHeads } from "../table/order-cells.tsx";
import { Nothing } from "../page/nothing.tsx";

const phases = [
  "Pending",
  "Running",
  "Paused",
  "Halted",
  "RollingBack",
  "Completed",
  "RolledBack",
  "Superseded",
  "Aborted",
] as const satisfies readonly Rollout["phase"][];

/** Every rollout, newest first. What is looked for stands in the address. */
export function RolloutsPage() {
  const search = useSearch({ from: "/rollouts" });
  const filter: RolloutFilter = { ...search, phase: phases.find((phase) => phase === search.phase) };
  const rollouts = useRollouts(filter);
  return (
    <Page title="Rollouts">
      <Filters filter={filter} />
      <Asked of={rollouts} height={320}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <NoRollouts isFiltered={Object.values(filter).some((value) => value !== undefined)} />;
          return (
            <Stack gap="sm">
              <RolloutsTable rollouts={items} />
              {rollouts.hasNextPage && (
                <Group>
                  <Button variant="default" size="xs" loading={rollouts.isFetchingNextPage} onClick={() => void rollouts.fetchNextPage()}>
                    Show more
                  </Button>
                </Group>
              )}
            </Stack>
          );
        }}
      </Asked>
    </Page>
  );
}

function NoRollouts({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) return <Nothing>No rollout is like that.</Nothing>;
  return (
    <NextStep
      text="Nothing has been rolled out yet. Open an application and promote a revision, or type:"
      command="./drover promote APPLICATION --to ENVIRONMENT --revision REVISION"
    />
  );
}

function Filters({ filter }: { readonly filter: RolloutFilter }) {
  const navigate = useNavigate();
  const environments = useEnvironments().data?.items ?? [];
  const narrow = (more: RolloutFilter): void =>
    void navigate({ to: "/rollouts", search: textsOf({ ...filter, ...more }, rolloutFilters), replace: true });
  const given = (text: string): string | undefined => (text === "" ? undefined : text);
  return (
    <Group gap="xs" align="flex-end">
      <TextInput
        size="xs"
        label="Application"
        data-page-filter
        defaultValue={filter.application ?? ""}
        onBlur={(event) => narrow({ application: given(event.currentTarget.value.trim()) })}
        onKeyDown={(event) => {
          if (event.key === "Enter") narrow({ application: given(event.currentTarget.value.trim()) });
        }}
      />
      <NativeSelect
        size="xs"
        label="Environment"
        data={[{ value: "", label: "all" }, ...environments.map(({ name }) => name)]}
        value={filter.environment ?? ""}
        onChange={(event) => narrow({ environment: given(event.currentTarget.value) })}
      />
      <NativeSelect
        size="xs"
        label="Phase"
        data={[{ value: "", label: "all" }, ...phases]}
        value={filter.phase ?? ""}
        onChange={(event) => narrow({ phase: phases.find((phase) => phase === event.currentTarget.value) })}
      />
      {filter.changeId !== undefined && (
        <Button variant="default" size="xs" onClick={() => narrow({ changeId: undefined })}>
          Of every change, not only {filter.changeId.slice(0, 7)}
        </Button>
      )}
    </Group>
  );
}

function RolloutsTable({ rollouts }: { readonly rollouts: readonly Rollout[] }) {
  return (
    <PlainTable
      framed
      label="Rollouts"
      minWidthPx={860}
      rows="roomy"
      heads={["Release", "Environment", "Phase", "Clusters", ...orderHeads]}
    >
      {rollouts.map((rollout) => (
        <Row key={rollout.id} rollout={rollout} />
      ))}
    </PlainTable>
  );
}

function Row({ rollout }: { readonly rollout: Rollout }) {
  const { id, kind, release, environment, phase, targets } = rollout;
  return (
    <tr className="from-server">
      <td>
        <PageLink to={paths.rollout(id)} fw={600}>
          {kind === "Rollback" ? `back to ${release}` : release}
        </PageLink>
      </td>
      <td>{environment}</td>
      <td>
        <Status word={phase} strong />
      </td>
      <td>
        <WaveBar targets={targets} />
        <Text size="xs" c="dimmed" mt={4}>
          {countsInWords(targets, phase)}
        </Text>
      </td>
      <OrderCells order={rollout} />
    </tr>
  );
}
