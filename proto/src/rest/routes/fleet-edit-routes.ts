import { Type } from "typebox";
import { fleetKinds } from "../../fleet/fleet-kinds.ts";
import { FleetEdit, type NamedKind, newObjectOf, replaceObjectOf } from "../fleet-edit.ts";
import { queryOf } from "../page.ts";
import type { Route } from "../route.ts";
import { validateOnly } from "../validate-only.ts";
import { Name, ReasonText } from "../words.ts";

const nameOf = <Kind extends NamedKind>(kind: Kind) =>
  Type.Object({ [kind.toLowerCase()]: Name } as { readonly [Word in Lowercase<Kind>]: typeof Name });
const collectionOf = (kind: NamedKind): string => `/v1/${fleetKinds[kind].folder}`;
const pathOf = (kind: NamedKind): string => `${collectionOf(kind)}/{${kind.toLowerCase()}}`;
const a = (kind: NamedKind): string => (/^[AE]/.test(kind) ? `an ${kind.toLowerCase()}` : `a ${kind.toLowerCase()}`);

const createRoute = <Kind extends NamedKind>(kind: Kind) =>
  ({
    method: "POST",
    path: collectionOf(kind),
    permission: "fleet.edit",
    summary: `Adds ${a(kind)} by a commit of its file to the fleet repository`,
    query: queryOf(validateOnly),
    body: newObjectOf(kind),
    status: 201,
    answer: FleetEdit,
    location: `${collectionOf(kind)}/{name}`,
  }) as const satisfies Route;

const replaceRoute = <Kind extends NamedKind>(kind: Kind) =>
  ({
    method: "PUT",
    path: pathOf(kind),
    permission: "fleet.edit",
    summary: `Makes ${a(kind)} exactly this by a commit; lines of its file that say the same stay as they are, with their comments`,
    params: nameOf(kind),
    query: queryOf(validateOnly),
    body: replaceObjectOf(kind),
    versioned: true,
    status: 200,
    answer: FleetEdit,
  }) as const satisfies Route;

const deleteRoute = <Kind extends NamedKind>(kind: Kind) =>
  ({
    method: "DELETE",
    path: pathOf(kind),
    permission: "fleet.edit",
    summary: isRemoved(kind)
      ? `Is refused, and points to \`POST ${pathOf(kind)}/remove\`, which lets go of what runs`
      : `Takes out ${a(kind)} by a commit; refused while another file names it`,
    params: nameOf(kind),
    query: queryOf({ reason: ReasonText, ...validateOnly }),
    versioned: true,
    status: 200,
    answer: FleetEdit,
  }) as const satisfies Route;

/** What clusters run is removed, not deleted. */
const isRemoved = (kind: NamedKind): boolean => kind === "Application" || kind === "Cluster";

type Create<Kind extends NamedKind> = { readonly [Id in `create${Kind}`]: ReturnType<typeof createRoute<Kind>> };
type Replace<Kind extends NamedKind> = { readonly [Id in `replace${Kind}`]: ReturnType<typeof replaceRoute<Kind>> };
type Delete<Kind extends NamedKind> = { readonly [Id in `delete${Kind}`]: ReturnType<typeof deleteRoute<Kind>> };

const changesOf = <Kind extends NamedKind>(kind: Kind) =>
  ({ [`replace${kind}`]: replaceRoute(kind), [`delete${kind}`]: deleteRoute(kind) }) as Replace<Kind> & Delete<Kind>;

const editsOf = <Kind extends NamedKind>(kind: Kind) =>
  ({ [`create${kind}`]: createRoute(kind), ...changesOf(kind) }) as unknown as Create<Kind> & Replace<Kind> & Delete<Kind>;

/** Every kind that people edit, by the same three operations. A cluster is registered by `createCluster`, which gives it its id. */
export const fleetEditRoutes = {
  ...editsOf("Application"),
  ...editsOf("Environment"),
  ...editsOf("Strategy"),
  ...editsOf("Project"),
  ...editsOf("Freeze"),
  ...editsOf("Notification"),
  ...changesOf("Cluster"),
  replaceFleetSettings: {
    method: "PUT",
    path: "/v1/fleet/settings",
    permission: "fleet.edit",
    summary: "Makes drover.yaml exactly this by a commit; lines of the file that say the same stay as they are, with their comments",
    query: queryOf(validateOnly),
    body: replaceObjectOf("Fleet"),
    versioned: true,
    status: 200,
    answer: FleetEdit,
  } as const satisfies Route,
};
