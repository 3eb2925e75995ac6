import type { Release } from "@drover/proto/rest";
import type { ListRequest } from "../page.ts";
import type { ReleaseReads } from "../read-models.ts";
import { textOf } from "./event-body.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

/** Of one application, or of all. A release never changes, but for whether it renders. */
export const watchedReleases = (
  reads: Pick<ReleaseReads, "list">,
  application: string | undefined,
  asked: ListRequest,
): Watched<Release> => ({
  events: { kinds: ["ReleaseCreated", "ReleaseRendered"], subject: application === undefined ? undefined : `applications/${application}` },
  subjectsOf: ({ body }) => textOf(body["release"]),
  creates: ({ kind }) => kind === "ReleaseCreated",
  isLasting: true,
  nameOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  ...narrowedList(
    (request) => reads.list(application === undefined ? request : { ...request, only: { ...request.only, application: [application] } }),
    asked,
    (ids) => ({ id: ids }),
  ),
});
