import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { FailureAlert } from "./failure-alert.tsx";
import { Loading } from "./loading.tsx";

interface AskedProps<Data> {
  readonly of: UseQueryResult<Data>;
  /** The room it will take, kept free until it is there. */
  readonly height?: number | string;
  readonly children: (data: Data) => ReactNode;
}

/**
 * What is known, or why nothing is. What was known stays while it is asked for again, also when that fails: the header says so. Why
 * nothing is known stays too until something is: asking again forgets it.
 */
export function Asked<Data>({ of, height = 96, children }: AskedProps<Data>) {
  const [failed, setFailed] = useState(of.error);
  if (of.error !== null && of.error !== failed) setFailed(of.error);
  if (of.data !== undefined) return children(of.data);
  const error = of.error ?? (of.errorUpdateCount > 0 ? failed : null);
  if (error === null) return <Loading height={height} />;
  return <FailureAlert error={error} title="This could not be read" />;
}
