import type { HistoryEntry } from "@drover/proto/rest";

export interface Difference {
  readonly key: string;
  readonly cluster: string;
  readonly application: string;
  readonly environment: string;
  readonly before: HistoryEntry | undefined;
  readonly after: HistoryEntry | undefined;
}

const keyOf = ({ clusterId, application }: HistoryEntry): string => `${clusterId} ${application}`;

/** Where another revision or content ran at the second time, or something at one time only. */
export function compareHistory(before: readonly HistoryEntry[], after: readonly HistoryEntry[]): readonly Difference[] {
  const earlier = new Map(before.map((entry) => [keyOf(entry), entry]));
  const later = new Map(after.map((entry) => [keyOf(entry), entry]));
  const keys = [...new Set([...earlier.keys(), ...later.keys()])];
  return keys.flatMap((key) => {
    const [one, other] = [earlier.get(key), later.get(key)];
    const known = other ?? one;
    if (known === undefined || (one?.bundle === other?.bundle && one?.revision === other?.revision && one?.state === other?.state))
      return [];
    const { cluster, application, environment } = known;
    return [{ key, cluster, application, environment, before: one, after: other }];
  });
}
