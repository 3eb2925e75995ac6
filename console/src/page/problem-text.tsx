import { Text } from "@mantine/core";

interface ProblemTextProps {
  readonly problem: { readonly code: string; readonly message: string } | undefined;
}

/** What is wrong with the thing it stands beside, by its stable word; nothing where nothing is. */
export function ProblemText({ problem }: ProblemTextProps) {
  if (problem === undefined) return null;
  return (
    <Text size="sm" c="var(--mantine-color-error)">
      {problem.code}: {problem.message}
    </Text>
  );
}
