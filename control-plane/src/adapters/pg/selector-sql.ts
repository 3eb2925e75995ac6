import type { LabelSelector } from "@drover/kit";

/**
 * SQL that says whether `labels` (jsonb, possibly null) match `selector` (jsonb in the form of fleet files). The same rule as
 * `matchesSelector` in the kit; a test holds them together.
 */
export const labelsMatch = (labels: string, selector: string): string => `(
  coalesce(${labels}, '{}') @> coalesce(${selector} -> 'matchLabels', '{}')
  and (${selector} -> 'matchExpressions' is null or not exists (
    select 1 from jsonb_to_recordset(coalesce(${selector} -> 'matchExpressions', '[]')) as x (key text, operator text, "values" text[])
     where case x.operator
             when 'In' then coalesce(${labels} ->> x.key = any (x.values), false) is false
             when 'NotIn' then coalesce(${labels} ->> x.key = any (x.values), false)
             when 'Exists' then coalesce(${labels} ? x.key, false) is false
             else coalesce(${labels} ? x.key, false) end)))`;

/** SQL, a condition for each term, that says whether `labels` (jsonb, possibly null) match a selector that is known already. */
export function labelConditions(labels: string, selector: LabelSelector, bind: (value: unknown) => string): readonly string[] {
  const exact = selector.matchLabels ?? {};
  const contains = (some: object): string => `(${labels}) @> ${bind(some)}::jsonb`;
  const valueOf = (key: string): string => `(${labels}) ->> ${bind(key)}::text`;
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    switch (operator) {
      case "In":
        // An index on the labels knows containment.
        return values.length === 1 ? contains({ [key]: values[0] }) : `${valueOf(key)} = any (${bind(values)}::text[])`;
      case "NotIn":
        return `(${valueOf(key)} = any (${bind(values)}::text[])) is not true`;
      case "Exists":
        return `${valueOf(key)} is not null`;
      case "DoesNotExist":
        return `${valueOf(key)} is null`;
    }
  });
  return [...(Object.keys(exact).length === 0 ? [] : [contains(exact)]), ...expressions];
}
