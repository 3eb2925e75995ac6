import { formatAge } from "@drover/kit";
import { useInterval } from "@mantine/hooks";
import { useState } from "react";

const tickMs = 5_000;

/** How long ago, kept true while it is looked at; the exact time on hover. */
export function Ago({ time }: { readonly time: string }) {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), tickMs, { autoInvoke: true });
  return (
    <time dateTime={time} title={time}>
      {formatAge(now - Date.parse(time))} ago
    </time>
  );
}
