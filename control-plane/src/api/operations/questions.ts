import { type ClusterId, DroverError, parseJson } from "@drover/kit";
import { DiffAnswer, EventsAnswer, LiveAnswer, type QueryObject, RefreshAnswer, TreeAnswer } from "@drover/proto/wire";
import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import type { Question } from "../../app/question/ask-cluster.ts";
import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";
import { plain } from "./rendered-objects.ts";

type Ids =
  | "getApplicationTree"
  | "getApplicationDiff"
  | "getApplicationEvents"
  | "refreshApplication"
  | "dryRunApplication"
  | "getLiveObject";

interface Place {
  readonly cluster: string;
  readonly application: string;
}

export function questionOperations({ reads, questions, recordAudit }: Pick<ApiDeps, "reads" | "questions" | "recordAudit">): Handlers<Ids> {
  /** The answer in its shape: an agent is no more to be trusted than the cluster it runs in. */
  const ask = async <Answer>(
    { cluster, application }: Place,
    asked: Omit<Question, "cluster" | "application">,
    reader: (text: string) => Answer,
    signal: AbortSignal,
  ): Promise<Answer> =>
    reader(await questions.ask({ ...asked, application, cluster: await assignedCluster(reads, cluster, application) }, signal));

  return {
    getApplicationTree: ({ params, signal }) => ask(params, { kind: "tree" }, readTree, signal),
    getApplicationDiff: ({ params, query, signal }) => ask(params, { kind: "diff", ...objectOf(query) }, readDiff, signal),
    getApplicationEvents: ({ params, query, signal }) => ask(params, { kind: "events", ...objectOf(query) }, readEvents, signal),
    refreshApplication: ({ params, signal }) => ask(params, { kind: "refresh" }, readRefresh, signal),
    dryRunApplication: ({ params, body, signal }) => ask(params, { kind: "dryRun", ...objectOf(body) }, readDiff, signal),
    async getLiveObject({ params: { cluster, ...named }, query: { application, managedFields = false }, caller, requestId, signal }) {
      const { object } = objectOf(named);
      await recordAudit({
        actor: caller.actor,
        action: "live.read",
        object: `clusters/${cluster}/applications/${application}`,
        result: "allowed",
        requestId,
        details: { object },
      });
      return ask({ cluster, application }, { kind: "live", ...objectOf(named), ...(managedFields && { managedFields }) }, readLive, signal);
    },
  };
}

/** The cluster's id, if it was ever given the application. Throws CLUSTER_NOT_FOUND or ASSIGNMENT_NOT_FOUND. */
export async function assignedCluster({ clusters, statuses }: ApiDeps["reads"], cluster: string, application: string): Promise<ClusterId> {
  const id = await clusters.idOf(cluster);
  await statuses.clusterApplication(id, application);
  return id;
}

interface NamedObject {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** In paths nothing may be empty: `core` stands for the group without a name, `-` for no namespace. */
const coreGroup = "core";
const noNamespace = "-";

export function objectOf({ group = coreGroup, kind, namespace = noNamespace, name }: NamedObject): { readonly object?: QueryObject } {
  if (kind === undefined && name === undefined) return {};
  if (kind === undefined || name === undefined)
    throw new DroverError("invalid", "QUERY_OBJECT_INCOMPLETE", "ask cluster: name an object by kind and name, or none");
  return { object: { group: group === coreGroup ? "" : group, kind, ...(namespace === noNamespace ? {} : { namespace }), name } };
}

function readerOf<Schema extends TSchema>(schema: Schema): (text: string) => Static<Schema> {
  const validator = Compile(schema);
  return (text) => {
    const value = parsed(text);
    if (validator.Check(value)) return value as Static<Schema>;
    const [first] = validator.Errors(value);
    throw unreadable(`${first?.instancePath ?? ""} ${first?.message ?? "has another shape"}`);
  };
}

const readTree = readerOf(TreeAnswer);
const readDiff = readerOf(DiffAnswer);
const readEvents = readerOf(EventsAnswer);
const readLive = readerOf(LiveAnswer);
const readRefresh = readerOf(RefreshAnswer);

function parsed(text: string): unknown {
  try {
    return plain(parseJson(text));
  } catch {
    throw unreadable("it is no JSON");
  }
}

const unreadable = (why: string): DroverError =>
  new DroverError("unavailable", "ANSWER_UNREADABLE", `ask cluster: the agent's answer cannot be read (${why}); upgrade the agent`);
