import { Skeleton } from "@mantine/core";
import { useRouterState } from "@tanstack/react-router";
import { pageNameOf } from "./page-name.ts";
import { Page } from "./page.tsx";

/** Stands for a page that is on its way, so that nobody takes the one before it for the one that was asked for. */
export function PendingPage() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <Page title={pageNameOf(path)}>
      <Skeleton h="60vh" role="status" aria-label="loading" />
    </Page>
  );
}
