import { Skeleton } from "@mantine/core";
import { useEffect, useState } from "react";

/** What is there within this time is not announced: a flash of grey tells nobody anything. */
const lateMs = 300;

/** Keeps the room free for what is asked for, and says that it is awaited once that takes long. */
export function Loading({ height }: { readonly height: number | string }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), lateMs);
    return () => clearTimeout(timer);
  }, []);
  return <Skeleton h={height} visible={isLate} role="status" aria-label="loading" />;
}
