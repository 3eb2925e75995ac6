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
  events: { kinds: ["FleetObjectChanged"], subject: undefined },
  subjectsOf: ({ body }) => [`${String(body["kind"])}/${String(body["name"])}`],
  nameOf: problemName,
  keyOf: problemName,
  ...narrowedList(reads.listProblems, asked, (subjects) => ({
    kind: subjects.map((subject) => subject.slice(0, subject.indexOf("/"))),
    name: subjects.map((subject) => subject.slice(subject.indexOf("/") + 1)),
  })),
});

/** A pin's name has a slash of its own. */
const problemName = ({ kind, name }: FleetProblem): string => `${kind}/${name}`;
