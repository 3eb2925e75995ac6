import { Button, Group, Kbd, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Page } from "./page.tsx";

export function NotFoundPage() {
  return (
    <Page title="There is no such page">
      <Text>
        The address may be mistyped, or what it named is gone. <Kbd>Ctrl</Kbd> <Kbd>K</Kbd> finds clusters, applications, environments,
        releases and rollouts.
      </Text>
      <Group>
        <Button component={Link} to="/" variant="default">
          To the fleet
        </Button>
      </Group>
    </Page>
  );
}
