import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";

/** Names that something is chosen by. */
interface ChosenNames {
  readonly application?: string | undefined;
  readonly environment?: string | undefined;
  readonly cluster?: string | undefined;
}

/**
 * What the server says of those names that nothing has, with what was probably meant. Asked when a list came back empty: a name mistyped must
 * not look like a fleet in order. What was removed keeps its records, so its lists stay empty lists.
 */
export async function unknownNames(client: Client, { application, environment, cluster }: ChosenNames): Promise<readonly DroverError[]> {
  const looks = await Promise.all([
    notFound(application, (name) => client("getApplication", { params: { application: name } }), hadRollouts(client, { application })),
    notFound(environment, (name) => client("getEnvironment", { params: { environment: name } }), hadRollouts(client, { environment })),
    notFound(cluster, (name) => client("getCluster", { params: { cluster: name } }), never),
  ]);
  return looks.filter((one) => one !== undefined);
}

/** Throws NotFound for the first of them. */
export async function refuseUnknownNames(client: Client, names: ChosenNames): Promise<void> {
  const [first] = await unknownNames(client, names);
  if (first !== undefined) throw first;
}

type Ask<Answer> = () => Promise<Answer>;

/** Nothing where it cannot be told, as for who may not read it: the list has been answered. */
async function notFound(
  name: string | undefined,
  look: (name: string) => Promise<unknown>,
  wasThere: Ask<boolean>,
): Promise<DroverError | undefined> {
  if (name === undefined) return undefined;
  try {
    await look(name);
    return undefined;
  } catch (error) {
    if (!(error instanceof DroverError) || error.kind !== "not-found") return undefined;
    return (await wasThere().catch(() => true)) ? undefined : error;
  }
}

const hadRollouts =
  (client: Client, query: ChosenNames): Ask<boolean> =>
  async () =>
    (await client("listRollouts", { query: { ...query, pageSize: 1 } })).items.length > 0;

/** Clusters leave nothing that tells. */
const never: Ask<boolean> = () => Promise.resolve(false);
