import { durationPattern } from "@drover/kit";
import { Type } from "typebox";
import { namePattern } from "../wire/words.ts";

/**
 * The words that the files of a fleet repository are written in. Each file's schema is published under docs/reference/schemas/ and is what
 * `drover validate` and the projection both check. Unknown keys are errors: a misspelt key must not silently mean its default.
 */
export const closed = { additionalProperties: false } as const;

// A pattern's description stands in error messages after "must be".
export const Name = Type.String({ pattern: namePattern, description: "a name of at most 53 lower-case letters, digits and dashes" });
export const Duration = Type.String({ pattern: durationPattern, maxLength: 40, description: "a duration such as 90s, 5m or 1h30m" });
const percent = "a percentage such as 25%";
export const CountOrPercent = Type.Union([
  Type.Integer({ minimum: 0, maximum: 100_000 }),
  Type.String({ pattern: "^(100|[1-9]?[0-9])%$", description: percent }),
]);
export const AtLeastOne = Type.Union([
  Type.Integer({ minimum: 1, maximum: 100_000 }),
  Type.String({ pattern: "^(100|[1-9][0-9]?)%$", description: percent }),
]);
export const Revision = Type.String({ minLength: 1, maxLength: 256, description: "a commit; later also a chart version or a digest" });
export const Reason = Type.String({ minLength: 1, maxLength: 1000 });

// Kubernetes' own rules for labels: an optional DNS prefix, then at most 63 characters.
const labelKeyPattern = "^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
export const LabelKey = Type.String({ pattern: labelKeyPattern, description: "a label's key as Kubernetes takes it" });
const LabelValue = Type.String({
  pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
  description: "a label's value as Kubernetes takes it: at most 63 letters, digits, dashes, underscores and dots",
});
export const LabelMap = Type.Record(LabelKey, LabelValue, { ...closed, description: "labels as Kubernetes takes them" });

export const LabelSelector = Type.Object(
  {
    matchLabels: Type.Optional(LabelMap),
    matchExpressions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            key: LabelKey,
            operator: Type.Union([Type.Literal("In"), Type.Literal("NotIn"), Type.Literal("Exists"), Type.Literal("DoesNotExist")]),
            values: Type.Optional(Type.Array(LabelValue, { maxItems: 100 })),
          },
          closed,
        ),
        { maxItems: 32 },
      ),
    ),
  },
  closed,
);
