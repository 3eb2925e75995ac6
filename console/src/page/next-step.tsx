import { Card, Text } from "@mantine/core";
import { CopyCommand } from "./copy-command.tsx";

/** An empty state: what there is none of, and the command that changes it. */
export function NextStep({ text, command }: { readonly text: string; readonly command: string }) {
  return (
    <Card withBorder p="lg">
      <Text size="sm" mb="xs">
        {text}
      </Text>
      <CopyCommand text={command} />
    </Card>
  );
}
