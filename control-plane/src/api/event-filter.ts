import { eventFields, parseListFilter } from "@drover/proto/rest";
import type { EventFilter } from "../app/history/event-reads.ts";

interface EventQuery {
  readonly kind?: string;
  readonly subject?: string;
  readonly filter?: string;
}

export const eventFilter = ({ kind, subject, filter }: EventQuery): EventFilter => ({
  kinds: kind?.split(",").filter((one) => one !== "") ?? [],
  subject,
  filter: filter === undefined ? undefined : parseListFilter(eventFields, filter),
});
