import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { FailureAlert } from "./failure-alert.tsx";
import { Page } from "./page.tsx";

/** In place of a page that broke. The rest of the console goes on. */
export function FailurePage({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="This page broke">
      <FailureAlert error={error} title="It could not be shown">
        <Button mt="sm" size="xs" variant="default" onClick={reset}>
          Try again
        </Button>
      </FailureAlert>
    </Page>
  );
}
