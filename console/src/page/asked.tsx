import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FailureAlert } from "./failure-alert.tsx";

interface AskedProps<Data> {
  readonly of: UseQueryResult<Data>;
  /** The room it will take, kept free until it is there. */
  readonly height?: number | string;
  readonly children: (data: Data) => ReactNode;
}

/** What is known, or why nothing is. What was known stays while it is asked for again, also when that fails: the header says so. */
export function Asked<Data>({ of, height = 96, children }: AskedProps<Data>) {
  if (of.data !== undefined) return children(of.data);
  if (of.error === null) return <Skeleton h={height} aria-label="loading" role="status" />;
  return <FailureAlert error={of.error} title="This could not be read" />;
}
