import { Alert, Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

/** What is known, or why nothing is. What was known stays while it is asked for again, also when that fails: the header says so. */
export function Asked<Data>({ of, children }: { readonly of: UseQueryResult<Data>; readonly children: (data: Data) => ReactNode }) {
  if (of.data !== undefined) return children(of.data);
  if (of.error === null) return <Skeleton h={96} aria-label="loading" />;
  return (
    <Alert color="red" title="This could not be read" className="from-server">
      {of.error.message}
    </Alert>
  );
}
