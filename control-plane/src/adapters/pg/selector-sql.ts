/**
 * SQL that says whether `labels` (jsonb, possibly null) match `selector` (jsonb in the form of fleet files). The same rule as
 * `matchesSelector` in the kit; a test holds them together.
 */
export const labelsMatch = (labels: string, selector: string): string => `(
  coalesce(${labels}, '{}') @> coalesce(${selector} -> 'matchLabels', '{}')
  and not exists (
    select 1 from jsonb_to_recordset(coalesce(${selector} -> 'matchExpressions', '[]')) as x (key text, operator text, "values" text[])
     where case x.operator
             when 'In' then coalesce(${labels} ->> x.key = any (x.values), false) is false
             when 'NotIn' then coalesce(${labels} ->> x.key = any (x.values), false)
             when 'Exists' then coalesce(${labels} ? x.key, false) is false
             else coalesce(${labels} ? x.key, false) end))`;
