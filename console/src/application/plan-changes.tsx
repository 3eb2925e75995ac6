import type { PreviewChange } from "@drover/proto/rest";
import { Code, Group, List, Stack, Text } from "@mantine/core";

const kinds = [
  ["added", "+", "teal"],
  ["changed", "~", "yellow"],
  ["removed", "−", "red"],
] as const;

/** What changes, once for all clusters where it is the same. */
export function PlanChanges({ changes }: { readonly changes: readonly PreviewChange[] }) {
  if (changes.length === 0) return null;
  return (
    <Stack component="section" gap="xs" aria-label="Changes">
      {changes.map((change) => (
        <details key={change.id} open={changes.length === 1}>
          <Text component="summary" size="sm" fw={500}>
            {change.message}
          </Text>
          <List size="sm" mt={4} listStyleType="none">
            {kinds.flatMap(([kind, sign, color]) => {
              const { count = 0, names = [] } = change[kind] ?? {};
              return [
                ...names.map((name) => (
                  <List.Item key={`${kind} ${name}`}>
                    <Group gap={6} wrap="nowrap">
                      <Text span ff="monospace" fw={700} c={`var(--mantine-color-${color}-text)`} aria-hidden>
                        {sign}
                      </Text>
                      <Code>{name}</Code>
                      <Text span size="sm" c="dimmed">
                        {kind}
                      </Text>
                    </Group>
                  </List.Item>
                )),
                ...(count > names.length ? [<List.Item key={kind}>{`and ${count - names.length} more ${kind}`}</List.Item>] : []),
              ];
            })}
          </List>
        </details>
      ))}
    </Stack>
  );
}
