import { namesOf } from "./resources/resource.ts";
import { resources } from "./resources/table.ts";

/** Commands of kubectl and Argo CD that Drover has by another name, or for a reason not at all. */
const instead: Readonly<Record<string, string>> = {
  "rollout undo": "`drover rollback APPLICATION -e ENVIRONMENT` goes back to what ran before",
  "rollout restart":
    "pods start anew when what git holds of them changes, such as an annotation; `drover rollout retry` tries again what failed, `drover refresh` has clusters looked at again",
};

/** What there is instead of a command that there is not; undefined where nobody can tell. */
export function whatThereIsInstead(argv: readonly string[]): string | undefined {
  const words = argv.filter((word) => !word.startsWith("-"));
  const known = Object.entries(instead).find(([command]) => ` ${words.join(" ")} `.includes(` ${command} `))?.[1];
  if (known !== undefined) return known;
  const resource = resources.find((one) => namesOf(one).includes(words[0]?.toLowerCase() ?? ""));
  return resource === undefined ? undefined : `\`drover get ${resource.name}\` shows ${resource.description}`;
}
