import { DroverError, type LabelExpression, type LabelSelector } from "@drover/kit";

const key = "[A-Za-z0-9][-A-Za-z0-9._/]{0,316}";
const value = "[-A-Za-z0-9._]{0,63}";
const set = new RegExp(`^(${key})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const equality = new RegExp(`^(${key})\\s*(=|==|!=)\\s*(${value})$`);
const existence = new RegExp(`^(!?)\\s*(${key})$`);
const maxTerms = 32;

/** Reads kubectl's form: `env=prod,tier!=edge,region in (eu,us),gpu,!old`. Throws `invalid` LABEL_SELECTOR_INVALID. */
export function parseLabelSelector(text: string): LabelSelector {
  // Commas between terms only, not those inside parentheses.
  const terms = text.split(/,(?![^(]*\))/).map((term) => term.trim());
  if (terms.length > maxTerms) throw invalid(text, `it has more than ${maxTerms} terms`);
  return { matchExpressions: terms.map((term) => parseTerm(term)) };
}

function parseTerm(term: string): LabelExpression {
  const [, setKey, word, list] = set.exec(term) ?? [];
  if (setKey !== undefined && list !== undefined)
    return { key: setKey, operator: word === "in" ? "In" : "NotIn", values: list.split(",").map((item) => item.trim()) };
  const [, equalKey, sign, wanted] = equality.exec(term) ?? [];
  if (equalKey !== undefined && wanted !== undefined) return { key: equalKey, operator: sign === "!=" ? "NotIn" : "In", values: [wanted] };
  const [, not, existingKey] = existence.exec(term) ?? [];
  if (existingKey !== undefined) return { key: existingKey, operator: not === "!" ? "DoesNotExist" : "Exists" };
  throw invalid(term, "write terms like env=prod, tier!=edge, region in (eu,us), gpu or !old");
}

const invalid = (what: string, why: string): DroverError =>
  new DroverError("invalid", "LABEL_SELECTOR_INVALID", `read label selector "${what.slice(0, 60)}": ${why}`);
