import { Type, type Static } from "typebox";
import { Time } from "./words.ts";

/** One link of the chain from "it is not there yet" to what somebody can do about it. */
export const WhyLink = Type.Object(
  {
    kind: Type.String({ description: "what holds, like Halted, Soaking, EarlierWave, CrashLoopBackOff" }),
    subject: Type.String({ description: "what it holds of, like rollouts/<id> or clusters/<name>" }),
    message: Type.String(),
    numbers: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
    next: Type.Optional(Type.String({ format: "date-time", description: "when it may change by itself" })),
    action: Type.Optional(Type.String({ description: "what a person can do" })),
    parent: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: "index of the link that this one is a cause of; links with one parent, or none, stand side by side",
      }),
    ),
  },
  { $id: "WhyLink" },
);
export type WhyLink = Static<typeof WhyLink>;

export const Why = Type.Object({ subject: Type.String(), at: Time, links: Type.Array(WhyLink) }, { $id: "Why" });
export type Why = Static<typeof Why>;
