import { addToWindow, type ClusterChange, clusterChange, type ClusterWindow } from "./cluster-window.ts";
import { text } from "./event-body.ts";
import type { LoggedEvent, Mentions, NotificationFacts } from "./facts.ts";
import type { Message } from "./message.ts";
import { isRouted, type Route } from "./routes.ts";
import { tellOfFleet, tellOfInvalidFiles } from "./tell-of-fleet.ts";
import { tellOfGate } from "./tell-of-gate.ts";
import { tellOfPlace } from "./tell-of-place.ts";
import { tellOfRollout } from "./tell-of-rollout.ts";

/** One message to one route. `cause` tells it from every other to that route, so that nothing is sent for the same reason twice. */
export interface NewDelivery {
  readonly route: Route;
  readonly cause: string;
  readonly message: Message;
}

/** Clusters that a route is told of together, a little later. */
export interface Collected {
  readonly route: Route;
  readonly event: ClusterChange["event"];
  readonly cause: string;
  readonly window: ClusterWindow;
}

export interface Decided {
  readonly deliveries: readonly NewDelivery[];
  readonly collected: readonly Collected[];
}

/** What is to be sent of the events of a batch, and where. */
export function decideNotifications(events: readonly LoggedEvent[], routes: readonly Route[], facts: NotificationFacts): Decided {
  const told = [
    ...events.filter(({ kind }) => kind !== "FleetFileInvalid").flatMap((event) => tell(event, facts)),
    ...invalidFiles(events),
  ];
  const deliveries = told.flatMap(({ cause, message }) =>
    routes.filter((route) => isRouted(route, message)).map((route) => ({ route, cause, message })),
  );
  return { deliveries, collected: collect(events, routes, facts) };
}

interface Told {
  readonly cause: string;
  readonly message: Message;
}

function tell(event: LoggedEvent, facts: NotificationFacts): readonly Told[] {
  const gate = event.kind === "GateChanged" ? tellOfGate(event, facts) : undefined;
  if (gate !== undefined) {
    const { cause, ...message } = gate;
    return [{ cause, message }];
  }
  const message = event.kind === "RolloutChanged" ? tellOfRollout(event, facts) : (tellOfFleet(event) ?? tellOfPlace(event, facts));
  return message === undefined ? [] : [{ cause: event.cursor, message }];
}

/** The log has one event for each file; people get one message for the commit. */
const invalidFiles = (events: readonly LoggedEvent[]): readonly Told[] =>
  [
    ...Map.groupBy(
      events.filter(({ kind }) => kind === "FleetFileInvalid"),
      ({ subject }) => subject,
    ),
  ].flatMap(([subject, files]) => {
    const message = tellOfInvalidFiles(files);
    return message === undefined ? [] : [{ cause: `invalid ${subject}`, message }];
  });

function collect(events: readonly LoggedEvent[], routes: readonly Route[], facts: NotificationFacts): readonly Collected[] {
  const windows = new Map<string, Collected>();
  for (const event of events) {
    const change = clusterChange(event, facts);
    if (change === undefined) continue;
    for (const route of routes.filter((one) => isRouted(one, asMessage(change)))) {
      const key = `${route.name} ${change.event}`;
      const known = windows.get(key);
      const window = addToWindow(known?.window, change);
      windows.set(key, known === undefined ? { route, event: change.event, cause: change.cursor, window } : { ...known, window });
    }
  }
  return [...windows.values()];
}

/** As much of a message as a route chooses by. */
const asMessage = ({ event, name, at, concerns }: ClusterChange): Message => ({
  event,
  severity: event === "ClustersOffline" ? "Warning" : "Info",
  subject: `clusters/${name}`,
  title: "",
  text: "",
  facts: [],
  path: "",
  at,
  concerns,
  incident: { key: "clusters-offline", action: event === "ClustersOffline" ? "trigger" : "resolve" },
});

/** What has to be loaded before it can be decided. */
export function mentionsOf({ kind, subject, body }: LoggedEvent): Mentions {
  const rollout = kind === "RolloutChanged" || kind === "GateChanged" ? text(body["id"]) : undefined;
  const cluster = kind === "ClusterStateChanged" ? subject.replace(/^clusters\//, "") : undefined;
  const application = text(body["application"]) ?? text(body["subject"])?.split("/")[1];
  return {
    ...(rollout === undefined ? {} : { rollout }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(application === undefined ? {} : { application }),
  };
}
