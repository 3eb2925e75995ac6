import type { EventFilter } from "../app/history/watch-events.ts";

export const eventFilter = ({ kind, subject }: { readonly kind?: string; readonly subject?: string }): EventFilter => ({
  kinds: kind?.split(",").filter((one) => one !== "") ?? [],
  subject,
});
