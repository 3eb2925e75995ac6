import { namesOf } from "./resources/resource.ts";
import { resources } from "./resources/table.ts";

const inGit = "what runs in clusters is changed in git, and then promoted: `drover promote`; the fleet's own files by `drover edit`";
const inTheCluster =
  "Drover opens no shells or ports in clusters: that is kubectl's, with rights of your own there; `drover logs` and `drover tree` look";

/** Commands of kubectl and Argo CD that Drover has by another name, or for a reason not at all. */
const instead: Readonly<Record<string, string>> = {
  login: "`drover auth login SERVER` keeps a token for a server",
  logout: "`drover config delete-context NAME` forgets a server with its token",
  whoami: "`drover auth whoami` says whom the server takes you for",
  "app sync": "`drover sync APPLICATION -e ENVIRONMENT` has its clusters compared with git now, and synced",
  "app rollback": "`drover rollback APPLICATION -e ENVIRONMENT` goes back to what ran before",
  "app diff": "`drover diff APPLICATION --cluster CLUSTER` shows what differs from git",
  "app logs": "`drover logs APPLICATION --cluster CLUSTER` shows what its pods write",
  "app wait": "`drover wait application/NAME --for=condition=Healthy` waits for all of its clusters",
  scale: inGit,
  patch: inGit,
  label: inGit,
  annotate: inGit,
  exec: inTheCluster,
  "port-forward": inTheCluster,
  top: inTheCluster,
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
