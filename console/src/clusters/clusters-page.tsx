import { Alert, Code, Group, NativeSelect, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Suspense, useDeferredValue, useMemo } from "react";
import { PermittedButton } from "../change/permitted-button.tsx";
import { Asked } from "../page/asked.tsx";
import { FirstCluster } from "./first-cluster.tsx";
import { Page } from "../page/page.tsx";
import { useClusters } from "../queries/clusters.ts";
import type { Whole } from "../queries/whole.ts";
import type { Cluster } from "@drover/proto/rest";
import { DataTable } from "../table/data-table.tsx";
import { nextSort, sortOf } from "../table/sort-text.ts";
import { standings } from "../words/standing.ts";
import { filterClusters, sortClusters } from "./arrange.ts";
import { clusterColumns } from "./cluster-columns.tsx";
import { clustersRoute } from "./route.ts";
import { latePart } from "../late/late-part.ts";

const AddCluster = latePart(async () => (await import("./add-cluster.tsx")).AddCluster);

/** Every cluster. What one looks for stands in the address, so that it can be sent to somebody. */
export function ClustersPage() {
  const { add } = clustersRoute.useSearch();
  const navigate = clustersRoute.useNavigate();
  const setAdding = (adding: boolean): void =>
    void navigate({ search: (search) => ({ ...search, add: adding ? "yes" : undefined }), replace: !adding });
  return (
    <Page
      title="Clusters"
      fill
      actions={
        <PermittedButton wish={{ permission: "cluster.register" }} onClick={() => setAdding(true)}>
          Add a cluster
        </PermittedButton>
      }
    >
      <Asked of={useClusters()} height="100%">
        {(clusters) => (clusters.items.length === 0 ? <FirstCluster /> : <ClusterList clusters={clusters} />)}
      </Asked>
      <Suspense fallback={null}>{add !== undefined && <AddCluster onClose={() => setAdding(false)} />}</Suspense>
    </Page>
  );
}

function ClusterList({ clusters: { items, cut } }: { readonly clusters: Whole<Cluster> }) {
  const search = clustersRoute.useSearch();
  const navigate = clustersRoute.useNavigate();
  const change = (changed: Partial<typeof search>): void =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  // Typing stays fluent: the list follows when there is time.
  const wanted = useDeferredValue(search);
  const sorted = useMemo(() => sortClusters(items, wanted.sort), [items, wanted.sort]);
  const found = useMemo(() => filterClusters(sorted, wanted), [sorted, wanted]);
  const environments = useMemo(() => [...new Set(items.flatMap((cluster) => cluster.environments))].sort(), [items]);
  return (
    <>
      {cut && (
        <Alert color="yellow" py="xs" title={`Only the first ${items.length.toLocaleString()} clusters are listed here`}>
          The fleet has more than a page can hold. The search (Ctrl-K) finds every one of them by name, and so does{" "}
          <Code>drover get clusters --filter</Code>.
        </Alert>
      )}
      <Group gap="xs">
        <TextInput
          data-page-filter
          aria-label="Filter clusters"
          placeholder="name, label=value, version"
          leftSection={<IconSearch size={14} />}
          w={280}
          size="xs"
          value={search.filter ?? ""}
          onChange={(event) => change({ filter: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label="State"
          size="xs"
          data={[{ value: "", label: "any state" }, ...standings]}
          value={search.standing ?? ""}
          onChange={(event) => change({ standing: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label="Environment"
          size="xs"
          data={[{ value: "", label: "any environment" }, ...environments]}
          value={search.environment ?? ""}
          onChange={(event) => change({ environment: event.currentTarget.value })}
        />
        <Text size="xs" c="dimmed" role="status" ml="auto">
          {found.length === items.length
            ? `${items.length.toLocaleString()} clusters`
            : `${found.length.toLocaleString()} of ${items.length.toLocaleString()} clusters`}
          {cut ? ", and more" : ""}
        </Text>
      </Group>
      <DataTable
        label="Clusters"
        columns={clusterColumns}
        rows={found}
        keyOf={({ id }) => id}
        sort={sortOf(search.sort ?? "standing")}
        onSort={(by) => change({ sort: nextSort(search.sort ?? "standing", by) })}
        empty="No cluster is like that. Take something out of the filter."
      />
    </>
  );
}
