import type { Application, Client, Placement } from "@drover/proto/rest";
import { allPages } from "../cli.ts";
import type { ListQuery } from "../resources/read-resource.ts";
import type { ApplicationRow } from "./placement-views.ts";

const pageSize = 500;
/** Environments asked at a time. */
const atOnce = 8;

/** Places by environment and application. Only one environment, or one application, has a list of its own. */
export async function* placementPages(client: Client, query: ListQuery): AsyncGenerator<readonly Placement[], void> {
  const { application, environment, filter } = query as Readonly<Record<string, string | undefined>>;
  if (environment === undefined && application !== undefined) {
    yield await allPages((pageToken) =>
      client("listApplicationPlacements", { params: { application }, query: { filter, pageSize, pageToken } }),
    );
    return;
  }
  const names = environment === undefined ? await environmentNames(client) : [environment];
  for (let start = 0; start < names.length; start += atOnce)
    for (const places of await Promise.all(
      names.slice(start, start + atOnce).map((name) => placedIn(client, name, { application, filter })),
    ))
      yield places;
}

/** By `environment/application`, as `-o name` prints it. */
export function getPlacement(client: Client, name: string): Promise<Placement> {
  const [environment = "", application = ""] = name.split("/");
  return client("getPlacement", { params: { environment, application } });
}

const environmentNames = async (client: Client): Promise<readonly string[]> =>
  (await allPages((pageToken) => client("listEnvironments", { query: { pageSize, pageToken } }))).map(({ name }) => name);

async function placedIn(
  client: Client,
  environment: string,
  { application, filter }: { readonly application: string | undefined; readonly filter: string | undefined },
): Promise<readonly Placement[]> {
  const conditions = [filter && `(${filter})`, application && `application = "${application}"`].filter((one) => one !== undefined);
  const chosen = conditions.length === 0 ? undefined : conditions.join(" AND ");
  return allPages((pageToken) => client("listPlacements", { params: { environment }, query: { filter: chosen, pageSize, pageToken } }));
}

/** Applications with the environments they are in. Who asks for one environment wants nothing that is not in it. */
export async function* applicationRowPages(client: Client, query: ListQuery): AsyncGenerator<readonly ApplicationRow[], void> {
  const { application, environment, filter } = query as Readonly<Record<string, string | undefined>>;
  const [applications, places] = await Promise.all([
    application === undefined
      ? allPages((pageToken) => client("listApplications", { query: { filter, pageSize, pageToken } }))
      : client("getApplication", { params: { application } }).then((one) => [one]),
    gathered(placementPages(client, { application, environment })),
  ]);
  const byApplication = Map.groupBy(places, (placement) => placement.application);
  yield applications.flatMap((one) => rowsOf(one, byApplication.get(one.name) ?? [], environment !== undefined));
}

function rowsOf(application: Application, places: readonly Placement[], placedOnly: boolean): readonly ApplicationRow[] {
  if (places.length === 0 && !placedOnly) return [application];
  return places.map((placement) => ({ ...application, placement }));
}

async function gathered<Item>(pages: AsyncIterable<readonly Item[]>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}
