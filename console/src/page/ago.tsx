import { formatAge } from "@drover/kit";
import { useNow } from "./use-now.ts";

/** How long ago, kept true while it is looked at; the exact time on hover. */
export function Ago({ time }: { readonly time: string }) {
  const now = useNow();
  return (
    <time dateTime={time} title={time}>
      {formatAge(now - Date.parse(time))} ago
    </time>
  );
}
