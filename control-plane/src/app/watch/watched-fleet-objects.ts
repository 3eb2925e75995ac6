import type { Event, FleetProblem } from "@drover/proto/rest";
import type { ListRequest, Page } from "../page.ts";
import type { FleetReads } from "../read-models.ts";
import { textOf } from "./event-body.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

/** Objects of one kind, whose answer is their file. */
export const watchedFleetObjects = <Item extends { readonly name: string }>(
  folder: "applications" | "strategies" | "projects" | "freezes",
  list: (request: ListRequest) => Promise<Page<Item>>,
  asked: ListRequest,
): Watched<Item> => ({
  events: { kinds: ["FleetObjectChanged"], subject: `${folder}/` },
  subjectsOf: ({ body }) => textOf(body["name"]),
  creates: isCreation,
  nameOf: ({ name }) => name,
  keyOf: ({ name }) => name,
  ...narrowedList(list, asked, (names) => ({ name: names })),
});

/** The file's object is in force from then on. */
export const isCreation = ({ body }: Event): boolean => body["change"] === "Created";

export const watchedFleetProblems = (reads: Pick<FleetReads, "listProblems">, asked: ListRequest): Watched<FleetProblem> => ({
  events: { kinds: ["FleetObjectChanged", "PlacementChanged", "SourceHeld", "SourceMoved"], subject: undefined },
  subjectsOf: problemsOf,
  nameOf: problemName,
  keyOf: problemName,
  ...narrowedList(reads.listProblems, asked, (subjects) => {
    const kind = subjects.map((subject) => subject.slice(0, subject.indexOf("/")));
    const name = subjects.map((subject) => subject.slice(subject.indexOf("/") + 1));
    return name.includes("") ? { kind } : { kind, name };
  }),
});

function problemsOf({ kind, body }: Event): readonly string[] {
  if (kind === "SourceHeld" || kind === "SourceMoved") return problemsOfSource(body);
  if (kind === "PlacementChanged") return [`Placement/${String(body["environment"])}/${String(body["application"])}`];
  const changed = `${String(body["kind"])}/${String(body["name"])}`;
  if (body["kind"] === "Pin") return [changed, `Placement/${String(body["name"])}`];
  return body["kind"] === "Application" || body["kind"] === "Environment" ? [changed, "Placement/", "Source/"] : [changed];
}

/** By their names as well: who resumes behind a problem that is over can be told of its end by its name alone. */
function problemsOfSource({ applications, ref }: Event["body"]): readonly string[] {
  const names = Array.isArray(applications) ? applications.map((name) => `Source/${String(name)}@${String(ref)}`) : [];
  return [...names, "Source/"];
}

/** A pin's name has a slash of its own. */
const problemName = ({ kind, name }: FleetProblem): string => `${kind}/${name}`;
