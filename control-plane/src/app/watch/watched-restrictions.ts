import type { BreakGlass, Quarantine } from "@drover/proto/rest";
import type { ListRequest, Page } from "../page.ts";
import { textOf } from "./event-body.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

export const watchedQuarantines = (list: (request: ListRequest) => Promise<Page<Quarantine>>, asked: ListRequest): Watched<Quarantine> => ({
  events: {
    kinds: ["RevisionQuarantined", "QuarantineCommitted", "QuarantineFailed", "QuarantineLifted", "FleetObjectChanged"],
    subject: undefined,
  },
  // A file holds all of an application's, and a row may become an entry of it.
  subjectsOf: ({ kind, subject, body }) => {
    if (kind === "FleetObjectChanged" && !subject.startsWith("quarantines/")) return [];
    const [application, revision] = [textOf(body["application"]), textOf(body["revision"])];
    return ["/", ...revision.map((one) => `${application.join("")}@${one}`)];
  },
  creates: ({ kind }) => kind === "RevisionQuarantined",
  nameOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  ...narrowedList(list, asked, (ids) => ({ id: ids })),
});

export const watchedBreakGlass = (list: (request: ListRequest) => Promise<Page<BreakGlass>>, asked: ListRequest): Watched<BreakGlass> => ({
  events: { kinds: ["BreakGlassBegun", "BreakGlassEnded"], subject: "break-glass/" },
  subjectsOf: ({ subject }) => [subject.slice("break-glass/".length)],
  creates: ({ kind }) => kind === "BreakGlassBegun",
  nameOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  ...narrowedList(list, asked, (ids) => ({ id: ids })),
});
