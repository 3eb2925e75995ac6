import { Alert, Code, List } from "@mantine/core";
import { useProblems } from "../queries/fleet.ts";

/** Files of the fleet repository that are not in force as they stand. */
export function FleetProblems() {
  const { data = [] } = useProblems();
  if (data.length === 0) return null;
  const title =
    data.length === 1 ? "A file of the fleet repository is not in force" : `${data.length} files of the fleet repository are not in force`;
  return (
    <Alert color="red" title={title} className="from-server" py="sm">
      <List size="sm" listStyleType="none" spacing={4}>
        {data.map(({ path, problem }) => (
          <List.Item key={path}>
            <Code>{path}</Code> {problem.code}: {problem.message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
