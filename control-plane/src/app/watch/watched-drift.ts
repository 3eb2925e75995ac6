import type { DriftEpisode, Event, FleetDriftEpisode } from "@drover/proto/rest";
import type { ListRequest, Page } from "../page.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

/** A cluster's episodes, as its agent tells of them. Those that are beyond their keeping leave without a word. */
export const watchedDrift = (
  list: (request: ListRequest) => Promise<Page<DriftEpisode>>,
  cluster: string,
  asked: ListRequest,
): Watched<DriftEpisode> => ({
  events: { kinds: ["AgentEvent"], subject: `clusters/${cluster}` },
  subjectsOf: objectOf,
  keyOf: (episode) => `${pathOf(episode.application, episode.object)}/${episode.startedAt}`,
  nameOf: (episode) => `${pathOf(episode.application, episode.object)}/${episode.startedAt}`,
  ...narrowedList(list, asked, (subjects) => {
    const parts = subjects.map((subject) => subject.split("/"));
    return { application: parts.map(([application = ""]) => application), name: parts.map((part) => part[4] ?? "") };
  }),
});

/** The same of every cluster. */
export const watchedFleetDrift = (
  list: (request: ListRequest) => Promise<Page<FleetDriftEpisode>>,
  asked: ListRequest,
): Watched<FleetDriftEpisode> => ({
  events: { kinds: ["AgentEvent"], subject: "clusters/" },
  subjectsOf: (event) => objectOf(event).map((object) => `${event.subject.slice("clusters/".length)}/${object}`),
  keyOf: nameOfEpisode,
  nameOf: nameOfEpisode,
  ...narrowedList(list, asked, (subjects) => {
    const parts = subjects.map((subject) => subject.split("/"));
    const all = (index: number): readonly string[] => parts.map((part) => part[index] ?? "");
    return { clusterId: all(0), application: all(1), name: all(5) };
  }),
});

const nameOfEpisode = ({ clusterId, application, object, startedAt }: FleetDriftEpisode): string =>
  `${clusterId}/${pathOf(application, object)}/${startedAt}`;

interface ObjectName {
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

const pathOf = (application: string, { group, kind, namespace = "", name }: ObjectName): string =>
  [application, group, kind, namespace, name].join("/");

/** All episodes of the object: when one began is said by the agent's clock, and set right when it is stored. */
function objectOf({ body: { application, drift } }: Event): readonly string[] {
  return typeof application === "string" && typeof drift === "object" && drift !== null
    ? [`${pathOf(application, drift as ObjectName)}/`]
    : [];
}
