import { InvalidArgumentError, Option } from "commander";

/** How an answer is written. A table for people when absent. */
export type OutputForm =
  | "wide"
  | "json"
  | "yaml"
  | "name"
  | { readonly kind: "jsonpath"; readonly template: string }
  | { readonly kind: "custom-columns"; readonly columns: string };

export const outputForms = ["table", "wide", "json", "yaml", "name", "jsonpath=TEMPLATE", "custom-columns=HEAD:PATH,…"] as const;

export const outputOption = (): Option =>
  new Option("-o, --output <form>", `${outputForms.join(", ")}; a table when absent`).argParser(outputForm);

function outputForm(text: string): OutputForm | undefined {
  const [kind, ...rest] = text.split("=");
  const value = rest.join("=");
  if (kind === "jsonpath" && value !== "") return { kind, template: value };
  if (kind === "custom-columns" && value !== "") return { kind, columns: value };
  if (text === "wide" || text === "json" || text === "yaml" || text === "name") return text;
  if (text === "table") return undefined;
  throw new InvalidArgumentError(`choose one of ${outputForms.join(", ")}`);
}

/** Whether people read it, beside whom words may be said. */
export const isForPeople = (output: OutputForm | undefined): boolean => output === undefined || output === "wide";
