import type { Application, Placement } from "@drover/proto/rest";
import { Group, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Asked } from "../page/asked.tsx";
import { NewFile } from "../fleet-file/new-file.tsx";
import { NextStep } from "../page/next-step.tsx";
import { PageLink } from "../page/page-link.tsx";
import { Page } from "../page/page.tsx";
import { paths } from "../paths.ts";
import { useEnvironments } from "../queries/environments.ts";
import { inPromotionOrder } from "../words/promotion-order.ts";
import { PlaceCell } from "./place-cell.tsx";
import { useAllPlacements, useApplications } from "./queries.ts";
import { PlainTable } from "../table/plain-table.tsx";
import { Loading } from "../page/loading.tsx";
import { ProblemText } from "../page/problem-text.tsx";

const example = `# applications/web.yaml
source:
  repository: https://git.example.com/web.git
  path: deploy`;

/** Every application, and what each environment wants of it. */
export function ApplicationsPage() {
  const { filter = "" } = useSearch({ from: "/applications" });
  const navigate = useNavigate();
  const environments = useEnvironments();
  const names = inPromotionOrder(environments.data?.items ?? []).map(({ name }) => name);
  const placements = useAllPlacements(names);
  return (
    <Page title="Applications" actions={<NewFile collection="applications" />}>
      <Asked of={useApplications()} height={320}>
        {({ items, cut }) => {
          if (items.length === 0)
            return (
              <NextStep
                text="There is no application yet. It is a file in the fleet repository, which says where its manifests are:"
                command={example}
              />
            );
          const found = items.filter(({ name, project }) => `${project}/${name}`.includes(filter.trim().toLowerCase()));
          return (
            <Stack gap="sm">
              <Group justify="space-between">
                <TextInput
                  aria-label="Filter applications"
                  placeholder="name or project"
                  data-page-filter
                  value={filter}
                  onChange={({ currentTarget: { value } }) =>
                    void navigate({ to: "/applications", search: value === "" ? {} : { filter: value }, replace: true })
                  }
                />
                <Text size="sm" c="dimmed" role="status">
                  {found.length} of {items.length}
                  {cut ? " and more" : ""}
                </Text>
              </Group>
              {environments.isFetched && placements !== undefined ? (
                <ApplicationsTable applications={found} environments={names} placements={placements} />
              ) : (
                <Loading height={280} />
              )}
            </Stack>
          );
        }}
      </Asked>
    </Page>
  );
}

interface ApplicationsTableProps {
  readonly applications: readonly Application[];
  readonly environments: readonly string[];
  readonly placements: readonly Placement[];
}

function ApplicationsTable({ applications, environments, placements }: ApplicationsTableProps) {
  const byPlace = new Map(placements.map((placement) => [`${placement.environment}/${placement.application}`, placement]));
  return (
    <PlainTable framed label="Applications" minWidthPx={640} rows="roomy" heads={["Application", "Project", ...environments]}>
      {applications.map(({ name, project, problem }) => (
        <tr key={name} className="from-server">
          <td>
            <PageLink to={paths.application(name)} fw={600}>
              {name}
            </PageLink>
            <ProblemText problem={problem} />
          </td>
          <td className="dimmed">{project}</td>
          {environments.map((environment) => (
            <td key={environment}>
              <PlaceCell placement={byPlace.get(`${environment}/${name}`)} />
            </td>
          ))}
        </tr>
      ))}
    </PlainTable>
  );
}
