import { Badge, Button, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { PageLink } from "../page/page-link.tsx";
import { Page } from "../page/page.tsx";
import { Section } from "../page/section.tsx";
import { paths } from "../paths.ts";
import { collections, type Collection, type FleetFile } from "./kinds.ts";
import { NewFile } from "./new-file.tsx";
import { useFiles } from "./queries.ts";
import { PlainTable } from "../table/plain-table.tsx";
import { Nothing } from "../page/nothing.tsx";

/** What git says, kind by kind, for whoever wants to change it. */
export function FilesPage() {
  return (
    <Page
      title="Fleet files"
      about="The fleet repository's files. An edit here is a commit there; comments stay."
      actions={
        <Button size="xs" variant="default" renderRoot={(props) => <Link to="/fleet/settings" {...props} />}>
          drover.yaml
        </Button>
      }
    >
      {collections.map((collection) => (
        <Files key={collection} collection={collection} />
      ))}
    </Page>
  );
}

function Files({ collection }: { readonly collection: Collection }) {
  const title = `${collection.charAt(0).toUpperCase()}${collection.slice(1)}`;
  return (
    <Section title={title} actions={<NewFile collection={collection} />}>
      <Asked of={useFiles(collection)} height={60}>
        {({ items }) =>
          items.length === 0 ? <Nothing>None yet.</Nothing> : <FilesTable title={title} collection={collection} files={items} />
        }
      </Asked>
    </Section>
  );
}

interface FilesTableProps {
  readonly title: string;
  readonly collection: Collection;
  readonly files: readonly FleetFile[];
}

function FilesTable({ title, collection, files }: FilesTableProps) {
  return (
    <PlainTable framed label={title} layout="fixed" widths={["20%", "30%", undefined, "7rem"]}>
      {files.map(({ name, path, updatedAt, problem }) => (
        <tr key={name} className="from-server">
          <td className="strong">
            <PageLink to={paths.file(collection, name)}>{name}</PageLink>
          </td>
          <td className="dimmed">{path}</td>
          <td>
            {problem !== undefined && (
              <Group gap={6}>
                <Badge variant="light" color="red">
                  {problem.code}
                </Badge>
                <Text size="sm">{problem.message}</Text>
              </Group>
            )}
          </td>
          <td className="dimmed">
            <Ago time={updatedAt} />
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}
