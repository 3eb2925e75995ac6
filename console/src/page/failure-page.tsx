import { Button, Group, Text } from "@mantine/core";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { FailureAlert } from "./failure-alert.tsx";
import { Page } from "./page.tsx";

/** In place of a page that broke. The rest of the console goes on. */
export function FailurePage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const tryAgain = (): void => void router.invalidate().then(reset);
  return (
    <Page title="This page broke">
      <FailureAlert error={error} title="It could not be shown">
        <Text size="sm" mt="sm">
          Nothing was changed by this: the fleet goes on. Try again, then reload the page. If it breaks once more, that is a mistake of the
          console: send whoever runs Drover this message and the page's address. The command line shows the same, such as by{" "}
          <code>drover get</code>.
        </Text>
        <Group gap="xs" mt="sm">
          <Button size="xs" variant="default" onClick={tryAgain}>
            Try again
          </Button>
          <Button size="xs" variant="default" onClick={() => location.reload()}>
            Reload the page
          </Button>
          <Button size="xs" variant="default" component={Link} to="/">
            To the fleet
          </Button>
        </Group>
      </FailureAlert>
    </Page>
  );
}
