import { Card, Code, Text } from "@mantine/core";

/** An empty state: what there is none of, and the command that changes it. */
export function NextStep({ text, command }: { readonly text: string; readonly command: string }) {
  return (
    <Card withBorder p="lg">
      <Text mb="xs">{text}</Text>
      <Code block>{command}</Code>
    </Card>
  );
}
