import { Type, type Static } from "typebox";
import { closed, Duration, Name, Reason } from "./schema-words.ts";

/** What keeps new revisions from leaving at certain times. check-window.ts says what a shape cannot. */
export const Window = Type.Object(
  {
    kind: Type.Union([Type.Literal("allow"), Type.Literal("deny")], {
      description: "deny keeps new revisions out while it is open, and wins; where a file has allow windows, one of them must be open",
    }),
    schedule: Type.String({
      minLength: 1,
      maxLength: 200,
      description: "when it opens: cron's five fields, minute hour day month weekday; L is the last day, # the n-th weekday of a month",
    }),
    duration: Duration,
    timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: "such as Europe/Berlin; UTC when absent" })),
    overrun: Type.Optional(Type.Boolean({ description: "a rollout that began while it was open goes on; false when absent" })),
  },
  closed,
);
export type Window = Static<typeof Window>;

export const Windows = Type.Array(Window, { maxItems: 50, description: "when new revisions may leave" });

const Time = Type.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2})$",
  description: "a time such as 2026-12-24T18:00:00Z or 2026-12-24T18:00:00+01:00",
});
const Names = Type.Array(Name, { minItems: 1, maxItems: 1000 });

export const Freeze = Type.Object(
  {
    reason: Reason,
    from: Type.Optional(Time),
    until: Type.Optional(Time),
    projects: Type.Optional(Names),
    environments: Type.Optional(Names),
    applications: Type.Optional(Names),
  },
  {
    ...closed,
    title: "Freeze",
    description:
      "freezes/<freeze>.yaml: no new revision leaves where every list names the place (a list that is absent names all); " +
      "drift is corrected and rollbacks go on",
  },
);
export type Freeze = Static<typeof Freeze>;

export const AutoPromotion = Type.Object(
  {
    from: Name,
    to: Name,
    soakTime: Duration,
    applications: Type.Optional(Names),
  },
  { ...closed, description: "what completed in `from` is promoted to `to` after the soak; a pin that a person wrote there holds it" },
);
export type AutoPromotion = Static<typeof AutoPromotion>;
