import { DroverError, type Instant, instant, parseInstant, rfc3339 } from "@drover/kit";
import type { HistoryEntry } from "@drover/proto/rest";
import { keepHistory } from "../../domain/history/retention.ts";
import type { ListRequest, Page } from "../page.ts";

export interface HistoryFilter {
  /** Clusters that never were in it are not looked at. */
  readonly environment?: string | undefined;
}

/** PostgreSQL implements this in adapters/pg. */
export interface HistoryStore {
  /** When the first record could be made. */
  begins(): Promise<Instant>;
  /** What was in force at `at`, by cluster and application. */
  list(at: string, filter: HistoryFilter, request: ListRequest): Promise<Page<HistoryEntry>>;
}

export interface HistoryAt extends Page<HistoryEntry> {
  readonly at: string;
  readonly completeSince: string;
}

interface HistoryDeps {
  readonly store: HistoryStore;
  readonly clock: { now(): Instant };
}

export type LoadHistory = (filter: HistoryFilter & { readonly at?: string | undefined }, request: ListRequest) => Promise<HistoryAt>;

/** What ran where at a time; now, when none is given. Every page of one answer speaks of the time of its first. */
export const createHistory =
  ({ store, clock }: HistoryDeps): LoadHistory =>
  async ({ at: asked, ...filter }, request) => {
    const [first, ...key] = request.after ?? [];
    const now = clock.now();
    const at = asked ?? (typeof first === "string" ? first : rfc3339(now));
    const begins = await store.begins();
    refuseUnknowable(at, now, begins);
    const { items, next } = await store.list(at, filter, { ...request, after: request.after && key });
    const completeSince = instant(Math.max(begins, now - keepHistory.keepMs));
    return { at, completeSince: rfc3339(completeSince), items, next: next && [at, ...next] };
  };

function refuseUnknowable(text: string, now: Instant, begins: Instant): void {
  const at = parseInstant(text);
  if (at === undefined)
    throw new DroverError("invalid", "HISTORY_TIME_INVALID", `read history: "${text}" is no time; write it like ${rfc3339(now)}`);
  if (at > now) throw new DroverError("invalid", "HISTORY_TIME_INVALID", `read history: ${text} has not come yet; it is ${rfc3339(now)}`);
  if (at < begins)
    throw new DroverError(
      "not-found",
      "HISTORY_BEGINS_LATER",
      `read history: nothing was recorded at ${text}; records begin at ${rfc3339(begins)}`,
    );
}
