import type { FleetEdit } from "@drover/proto/rest";
import { Alert, List, Stack, Text } from "@mantine/core";
import classes from "./edit-preview.module.css";

/** What a commit would hold, line by line, and what is wrong with it. */
export function EditPreview({ edit: { result, preview } }: { readonly edit: FleetEdit }) {
  const { files = [], problems = [] } = preview ?? {};
  return (
    <Stack gap="sm" className="from-server">
      {problems.length > 0 && (
        <Alert color={problems.some(({ severity }) => severity === "error") ? "red" : "yellow"} title="What it would bring about">
          <List size="sm">
            {problems.map(({ severity, path, line, column, code, message }) => (
              <List.Item key={`${path} ${line} ${code} ${message}`}>
                {severity}: {path}:{line}:{column} {code}: {message}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {result === "Unchanged" && <Text size="sm">Nothing would change.</Text>}
      {files.map(({ path, diff }) => (
        <section key={path} aria-label={`Change of ${path}`}>
          <Text size="sm" fw={600} mb={4}>
            {path}
          </Text>
          {/* It scrolls sideways, so the keyboard has to reach it. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre className={classes["diff"]} tabIndex={0}>
            {diff.split("\n").map((line, index) => (
              <span key={index} data-kind={kindOf(line)}>
                {line}
                {"\n"}
              </span>
            ))}
          </pre>
        </section>
      ))}
    </Stack>
  );
}

function kindOf(line: string): "added" | "removed" | undefined {
  if (line.startsWith("+++") || line.startsWith("---")) return undefined;
  return line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : undefined;
}
