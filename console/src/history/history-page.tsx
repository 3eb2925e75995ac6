import { Group, Text } from "@mantine/core";
import { useState } from "react";
import { Asked } from "../page/asked.tsx";
import { FilterText } from "../page/filter-text.tsx";
import { Page } from "../page/page.tsx";
import { useHistoryAt } from "../queries/history.ts";
import { DataTable } from "../table/data-table.tsx";
import { compareHistory } from "./compare.ts";
import { timesAreOf } from "../words/time-zone.ts";
import { differenceColumns, historyColumns } from "./history-columns.tsx";
import { historyRoute } from "./route.ts";
import { TimeField } from "./time-field.tsx";
import { instantIn } from "./time-text.ts";

/** What ran where at a time, and what was different at another. */
export function HistoryPage() {
  const search = historyRoute.useSearch();
  const navigate = historyRoute.useNavigate();
  const change = (changed: Partial<typeof search>): void =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const [opened] = useState(() => new Date().toISOString());
  const at = instantIn(search.at) ?? opened;
  const against = instantIn(search.against);
  return (
    <Page title="History" about={`What ran where at a time. With a second time: what was different. ${timesAreOf()}`} fill>
      <Group gap="xs" align="flex-end">
        <TimeField label="At" value={at} onChange={(time) => change({ at: time })} />
        <TimeField label="Compared with" value={against} onChange={(time) => change({ against: time })} />
        <FilterText
          label="Application"
          placeholder="web"
          value={search.application}
          onSettled={(application) => change({ application })}
          first
        />
        <FilterText
          label="Environment"
          placeholder="production"
          value={search.environment}
          onSettled={(environment) => change({ environment })}
        />
        <FilterText label="Cluster" placeholder="eu-1" value={search.cluster} onSettled={(cluster) => change({ cluster })} />
      </Group>
      {against === undefined ? <AtOneTime at={at} /> : <Compared at={at} against={against} />}
    </Page>
  );
}

function AtOneTime({ at }: { readonly at: string }) {
  const search = historyRoute.useSearch();
  return (
    <Asked of={useHistoryAt(at, search)} height="100%">
      {({ items, cut, completeSince }) => (
        <>
          <Thinned at={at} completeSince={completeSince} />
          <DataTable
            label="What ran where"
            columns={historyColumns}
            rows={items}
            keyOf={({ clusterId, application }) => `${clusterId} ${application}`}
            empty="Nothing like that ran then. Take something out of the filter, or choose a later time."
          />
          <Text size="xs" c="dimmed" role="status">
            {items.length.toLocaleString()} {items.length === 1 ? "application" : "applications"} on clusters{cut ? ", and more" : ""}
          </Text>
        </>
      )}
    </Asked>
  );
}

function Compared({ at, against }: { readonly at: string; readonly against: string }) {
  const search = historyRoute.useSearch();
  const [earlier, later] = at < against ? [at, against] : [against, at];
  const after = useHistoryAt(later, search);
  return (
    <Asked of={useHistoryAt(earlier, search)} height="100%">
      {(before) => (
        <Asked of={after} height="100%">
          {({ items }) => {
            const differences = compareHistory(before.items, items);
            return (
              <>
                <Thinned at={earlier} completeSince={before.completeSince} />
                <DataTable
                  label="What was different"
                  columns={differenceColumns}
                  rows={differences}
                  keyOf={({ key }) => key}
                  empty="The same ran everywhere at both times."
                />
                <Text size="xs" c="dimmed" role="status">
                  {differences.length.toLocaleString()} differences between {new Date(earlier).toLocaleString()} and{" "}
                  {new Date(later).toLocaleString()}
                </Text>
              </>
            );
          }}
        </Asked>
      )}
    </Asked>
  );
}

function Thinned({ at, completeSince }: { readonly at: string; readonly completeSince: string }) {
  if (at >= completeSince) return null;
  return (
    <Text size="xs" c="dimmed">
      Records from before {new Date(completeSince).toLocaleString()} are thinned out: a cluster that was changed often since may be missing.
    </Text>
  );
}
