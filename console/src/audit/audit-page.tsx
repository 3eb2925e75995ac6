import { Group, Text } from "@mantine/core";
import { Asked } from "../page/asked.tsx";
import { FilterText } from "../page/filter-text.tsx";
import { Page } from "../page/page.tsx";
import { useAudit } from "../queries/audit.ts";
import { DataTable } from "../table/data-table.tsx";
import { timesAreOf } from "../words/time-zone.ts";
import { auditColumns } from "./audit-columns.tsx";
import { auditRoute } from "./route.ts";

/** Who did what. The server searches; what one looks for stands in the address. */
export function AuditPage() {
  const search = auditRoute.useSearch();
  const navigate = auditRoute.useNavigate();
  const change = (changed: Partial<typeof search>): void =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const audit = useAudit(search);
  return (
    <Page title="Audit" about={`Who did what, newest first. Entries are chained, and nothing takes one out. ${timesAreOf()}`} fill>
      <Group gap="xs">
        <FilterText label="Actor" placeholder="users/ada" value={search.actor} onSettled={(actor) => change({ actor })} first />
        <FilterText label="Action" placeholder="promotion.create" value={search.action} onSettled={(action) => change({ action })} />
        <FilterText label="Object" placeholder="clusters/…" value={search.object} onSettled={(object) => change({ object })} />
        {audit.data !== undefined && (
          <Text size="xs" c="dimmed" role="status" ml="auto">
            {entriesInWords(audit.data.pages.reduce((sum, { items }) => sum + items.length, 0))}
            {audit.hasNextPage ? " and more, further down" : ""}
          </Text>
        )}
      </Group>
      <Asked of={audit} height="100%">
        {({ pages }) => (
          <DataTable
            label="Audit entries"
            columns={auditColumns}
            rows={pages.flatMap(({ items }) => items)}
            keyOf={({ id }) => id}
            empty="Nothing like that is recorded. Actor, action and object have to be whole, such as users/ada."
            onEnd={() => audit.hasNextPage && !audit.isFetchingNextPage && void audit.fetchNextPage()}
          />
        )}
      </Asked>
    </Page>
  );
}

const entriesInWords = (count: number): string => `${count.toLocaleString()} ${count === 1 ? "entry" : "entries"}`;
