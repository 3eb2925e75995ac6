import { DroverError } from "@drover/kit";
import { nearest } from "@drover/proto/rest";
import { deliveryView, notificationView } from "../notification-views.ts";
import { freezeView, projectView, strategyView } from "../fleet-object-views.ts";
import { promotionView } from "../output/promotion.ts";
import { applicationRowPages, getPlacement, placementPages } from "../placements/load-placements.ts";
import { applicationRowView, placementView } from "../placements/placement-views.ts";
import { quarantineView } from "../quarantines.ts";
import { assignmentView, auditView, eventView, problemView, statusView } from "../record-views.ts";
import {
  applicationView,
  breakGlassView,
  clusterView,
  environmentView,
  heldPruneView,
  releaseView,
  removalView,
  rolloutView,
  tokenView,
} from "../views.ts";
import { namesOf, overview, resource, type Resource } from "./resource.ts";

/** All that `drover get` knows, in the order in which people look for it. */
export const resources: readonly Resource[] = [
  resource({
    name: "clusters",
    shortNames: ["cl"],
    description: "the fleet's Kubernetes clusters, how each is and when it was last heard of",
    view: clusterView,
    list: "listClusters",
    nameField: "name",
    fleetKind: "Cluster",
    get: { operation: "getCluster", parameter: "cluster" },
    subject: ({ id }) => `clusters/${id}`,
    why: ({ name }) => ({ cluster: name }),
  }),
  resource({
    name: "applications",
    shortNames: ["app", "apps"],
    description: "what is deployed: a source, and how it is rendered",
    view: applicationView,
    list: "listApplications",
    nameField: "name",
    fleetKind: "Application",
    get: { operation: "getApplication", parameter: "application" },
    overview: overview({
      view: applicationRowView,
      chosenBy: ["application", "environment", "filter"],
      pages: applicationRowPages,
      nameQuery: (application) => ({ application }),
      key: ({ name, placement }) => `${placement?.environment ?? ""}/${name}`,
    }),
    why: ({ name }) => ({ application: name }),
  }),
  resource({
    name: "environments",
    shortNames: ["env", "envs"],
    description: "groups of clusters by their labels, and what is promoted to them",
    view: environmentView,
    list: "listEnvironments",
    nameField: "name",
    fleetKind: "Environment",
    get: { operation: "getEnvironment", parameter: "environment" },
  }),
  resource({
    name: "placements",
    shortNames: ["pl"],
    description: "what each environment wants of each application, and how far its clusters are",
    view: placementView,
    list: "listPlacements",
    gathered: { chosenBy: ["application", "environment", "filter"], pages: placementPages, get: getPlacement },
    why: ({ application, environment }) => ({ application, environment }),
  }),
  resource({
    name: "strategies",
    shortNames: ["strat"],
    description: "how a change travels over the clusters of an environment",
    view: strategyView,
    list: "listStrategies",
    nameField: "name",
    fleetKind: "Strategy",
    get: { operation: "getStrategy", parameter: "strategy" },
  }),
  resource({
    name: "projects",
    shortNames: ["proj"],
    description: "tenants, and what each may use",
    view: projectView,
    list: "listProjects",
    nameField: "name",
    fleetKind: "Project",
    get: { operation: "getProject", parameter: "project" },
  }),
  resource({
    name: "freezes",
    shortNames: ["fz"],
    description: "what holds new revisions, where and when",
    view: freezeView,
    list: "listFreezes",
    nameField: "name",
    fleetKind: "Freeze",
    get: { operation: "getFreeze", parameter: "freeze" },
  }),
  resource({
    name: "releases",
    shortNames: ["rel"],
    description: "revisions of applications that can be promoted",
    view: releaseView,
    list: "listReleases",
    nameField: "name",
    get: { operation: "getRelease", parameter: "release" },
  }),
  resource({
    name: "rollouts",
    shortNames: ["ro"],
    description: "how a change reaches the clusters of an environment, wave by wave",
    view: rolloutView,
    list: "listRollouts",
    nameField: "id",
    get: { operation: "getRollout", parameter: "rollout" },
    subject: ({ id }) => `rollouts/${id}`,
    why: ({ id }) => ({ rollout: id }),
  }),
  resource({
    name: "promotions",
    shortNames: ["promo"],
    description: "requests to move a pin, rollbacks among them",
    view: promotionView,
    list: "listPromotions",
    nameField: "id",
    get: { operation: "getPromotion", parameter: "promotion" },
    why: ({ id }) => ({ promotion: id }),
  }),
  resource({
    name: "statuses",
    shortNames: ["st"],
    description: "what agents last said of each application on each cluster",
    view: statusView,
    list: "listStatuses",
    isMeant: (item, name) => statusView.name(item) === name,
    subject: ({ clusterId }) => `clusters/${clusterId}`,
    why: ({ cluster, application }) => ({ cluster, application }),
  }),
  resource({
    name: "assignments",
    shortNames: ["as"],
    description: "what each cluster should run of each application",
    view: assignmentView,
    list: "listAssignments",
    isMeant: (item, name) => assignmentView.name(item) === name,
    why: ({ cluster, application }) => ({ cluster, application }),
  }),
  resource({
    name: "quarantines",
    shortNames: ["qu"],
    description: "what nobody may roll out",
    view: quarantineView,
    list: "listQuarantines",
    isMeant: ({ id, revision }, name) => id === name || revision === name || (name.length >= shortestRevision && revision.startsWith(name)),
  }),
  resource({
    name: "removals",
    shortNames: ["rm"],
    description: "applications and clusters that are being removed, and whom each waits for",
    view: removalView,
    list: "listRemovals",
    isMeant: (item, name) => removalView.name(item) === name,
  }),
  resource({
    name: "heldprunes",
    inWords: "held prunes",
    shortNames: ["hp"],
    description: "deletions that agents hold back until somebody approves them",
    view: heldPruneView,
    list: "listHeldPrunes",
    isMeant: ({ hash }, name) => hash.includes(name) && name.length >= shortestRevision,
  }),
  resource({
    name: "breakglass",
    inWords: "break-glasses",
    shortNames: ["bg"],
    description: "who set freezes and windows aside",
    view: breakGlassView,
    list: "listBreakGlass",
    get: { operation: "getBreakGlass", parameter: "breakGlass" },
  }),
  resource({
    name: "notifications",
    shortNames: ["no"],
    description: "who hears of what, and how much waits to be sent",
    view: notificationView,
    list: "listNotifications",
    nameField: "name",
    fleetKind: "Notification",
    get: { operation: "getNotification", parameter: "notification" },
  }),
  resource({
    name: "deliveries",
    shortNames: ["de"],
    description: "messages of the last 30 days and what became of them, newest first",
    view: deliveryView,
    list: "listDeliveries",
    nameField: "id",
    get: { operation: "getDelivery", parameter: "delivery" },
  }),
  resource({
    name: "problems",
    shortNames: ["pb"],
    description: "what git says and is not so: faulty files, revisions that do not render, sources that cannot be read",
    view: problemView,
    list: "listFleetProblems",
    isMeant: ({ path, name: of }, name) => path === name || of === name,
  }),
  resource({
    name: "events",
    shortNames: ["ev"],
    description: "what happened in the fleet, oldest first",
    view: eventView,
    list: "listEvents",
    isMeant: ({ cursor }, name) => cursor === name,
  }),
  resource({
    name: "audit",
    inWords: "audit entries",
    shortNames: [],
    description: "who did what, newest first",
    view: auditView,
    list: "listAudit",
    get: { operation: "getAuditEntry", parameter: "auditEntry" },
  }),
  resource({
    name: "tokens",
    shortNames: ["tok"],
    description: "tokens for the API, without their secrets",
    view: tokenView,
    list: "listApiTokens",
    get: { operation: "getApiToken", parameter: "token" },
  }),
];

const shortestRevision = 7;

/** By any of its names. Throws RESOURCE_UNKNOWN. */
export function resourceNamed(text: string): Resource {
  const wanted = text.toLowerCase();
  const found = resources.find((one) => namesOf(one).some((name) => name === wanted));
  if (found !== undefined) return found;
  const near = nearest(wanted, resources.flatMap(namesOf));
  const meant = resources.find((one) => near !== undefined && namesOf(one).includes(near));
  const hint = meant === undefined ? "" : `did you mean ${meant.name}? otherwise `;
  const all = resources.map(({ name }) => name).join(", ");
  throw new DroverError(
    "invalid",
    "RESOURCE_UNKNOWN",
    `there is no resource "${text}": ${hint}choose one of ${all}; \`drover tree\` and \`drover get object\` show what is in a cluster`,
  );
}
