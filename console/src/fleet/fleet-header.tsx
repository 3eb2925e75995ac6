import { Badge, Button, Container, Group, Paper, SegmentedControl, Title, useMantineColorScheme } from "@mantine/core";
import { useApi } from "../api.ts";
import mark from "../drover.svg";
import type { Connection } from "../live.ts";

const words: Readonly<Record<Connection, readonly [text: string, color: string]>> = {
  connecting: ["connecting", "gray"],
  live: ["live", "teal"],
  lost: ["connection lost, trying again", "red"],
};

export function FleetHeader({ connection }: { readonly connection: Connection }) {
  const { signOut } = useApi();
  const [text, color] = words[connection];
  return (
    <Paper component="header" className="page-header" radius={0} py="xs">
      <Container size="xl">
        <Group justify="space-between">
          <Group gap="sm">
            <img src={mark} alt="" width={28} height={28} />
            <Title order={1} size="h3">
              Fleet
            </Title>
            <Badge role="status" variant="light" color={color}>
              {text}
            </Badge>
          </Group>
          <Group gap="sm">
            <ColorScheme />
            <Button variant="default" size="xs" onClick={() => signOut()}>
              Sign out
            </Button>
          </Group>
        </Group>
      </Container>
    </Paper>
  );
}

const schemes = [
  { value: "auto", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

function ColorScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return <SegmentedControl size="xs" aria-label="Colours" data={[...schemes]} value={colorScheme} onChange={setColorScheme} />;
}
