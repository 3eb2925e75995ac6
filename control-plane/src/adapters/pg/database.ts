import { DroverError, type Secret } from "@drover/kit";
import pg from "pg";
import { createFrequentStatements } from "./frequent-statements.ts";
import { createRenewedPlans } from "./renewed-plans.ts";
import { createPlaces, stageOf } from "./stage.ts";

/** One with a name is prepared on each connection. */
export interface Statement extends pg.QueryConfig {
  /** In place of a name, where the text varies with what people ask for: it is prepared once it has come often. */
  readonly family?: string;
  /** In a transaction: what it writes makes its own tables grow, so that its plan does not stay good for ever. */
  readonly grows?: true;
}

/** Anything that runs a statement: the pool, or one transaction. */
export interface Db {
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(query: Statement): Promise<pg.QueryResult<Row>>;
}

export interface Database extends Db {
  /** Runs `work` in one transaction: all of it, or none. Retries a deadlock or serialisation failure twice. No I/O but SQL belongs inside. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
  /**
   * Runs `work` on a stage: a database in which everything happens and nothing stays, since all of it is one transaction that is rolled back.
   * It holds one connection, so whatever `work` calls must be on the stage too.
   */
  rehearse<T>(work: (stage: Database) => Promise<T>): Promise<T>;
  /** A connection of its own that hears NOTIFY on `channel`; it reconnects by itself. Stops with the signal. */
  listen(channel: string, heard: (payload: string) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

// bigint columns are counters below 2^53, times are instants: both are numbers here, everywhere.
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, (text) => Number(text));
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => (text === "-infinity" ? -Infinity : Date.parse(text)));

/** Each holds a connection for as long as a request takes. */
const maxStages = 2;
const statementTimeoutMs = 15_000;

export function createDatabase(options: { readonly url: Secret; readonly connections: number }): Database {
  const config = { connectionString: options.url.reveal(), types, statement_timeout: statementTimeoutMs, application_name: "drover" };
  const pool = new pg.Pool({ ...config, max: options.connections, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 5_000 });
  pool.on("error", () => {}); // an idle connection broke; the pool replaces it, and the next query reports what is wrong

  const frequent = createFrequentStatements();
  const query: Db["query"] = (statement) => pool.query(frequent.named(statement)).catch(rethrow);

  const plans = createRenewedPlans();
  const queryOn =
    (client: pg.PoolClient) =>
    async <Row extends pg.QueryResultRow>({ grows, ...statement }: Statement): Promise<pg.QueryResult<Row>> => {
      if (grows && plans.areOld(client)) await client.query("discard plans").catch(rethrow);
      return client.query<Row>(statement).catch(rethrow);
    };

  const once = async <T>(work: (tx: Db) => Promise<T>, end: "commit" | "rollback"): Promise<T> => {
    const client = await pool.connect().catch(rethrow);
    let broken: Error | undefined;
    try {
      await client.query("begin");
      const result = await work({ query: queryOn(client) });
      await client.query(end);
      return result;
    } catch (error) {
      await client.query("rollback").catch((cause: Error) => (broken = cause));
      throw error instanceof DroverError ? error : translate(error);
    } finally {
      client.release(broken);
    }
  };

  const retried = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (attempt === 2 || !(error instanceof DroverError && error.code === "DATABASE_CONTENTION")) throw error;
      }
    }
  };
  const onStage = createPlaces(maxStages);

  return {
    query,
    transaction: (work) => retried(() => once(work, "commit")),
    rehearse: (work) => onStage(() => retried(() => once((tx) => work(stageOf(tx)), "rollback"))),
    listen: (channel, heard, signal) => listen(config, channel, heard, signal),
    close: () => pool.end(),
  };
}

const reconnectMs = 500;

async function listen(config: pg.ClientConfig, channel: string, heard: (payload: string) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const client = new pg.Client(config);
    const ended = new Promise<void>((resolve) => {
      client.once("end", resolve);
      client.once("error", () => resolve());
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    try {
      client.on("notification", ({ payload }) => heard(payload ?? ""));
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      heard(""); // whatever was said while we were deaf
      await ended;
    } catch {
      // not reachable now; the queues are polled besides
    } finally {
      await client.end().catch(() => {});
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, reconnectMs));
  }
}

const rethrow = (error: unknown): never => {
  throw translate(error);
};

/** The one place where PostgreSQL's errors become ours. Adapters look at `details.constraint` to name a conflict better. */
function translate(error: unknown): DroverError {
  if (error instanceof DroverError) return error;
  if (!(error instanceof Error)) return new DroverError("internal", "DATABASE_FAILED", "query failed", { cause: error });
  const { code, constraint } = error as { code?: string; constraint?: string };
  const details = constraint === undefined ? {} : { constraint };
  if (code === "23505")
    return new DroverError("exists", "DATABASE_DUPLICATE", `unique constraint ${constraint}`, { cause: error, details });
  if (code === "40001" || code === "40P01") return new DroverError("stale", "DATABASE_CONTENTION", "transactions met", { cause: error });
  if (code === "57014") return new DroverError("timeout", "DATABASE_TIMEOUT", "statement took too long", { cause: error });
  if (code?.startsWith("22") === true)
    return new DroverError("invalid", "VALUE_REFUSED", "a value has a form that cannot be stored", { cause: error });
  if (code === undefined || /^(08|53|57|58)/.test(code))
    return new DroverError("unavailable", "DATABASE_UNAVAILABLE", "database does not answer", { cause: error });
  return new DroverError("internal", "DATABASE_FAILED", "statement failed", { cause: error, details });
}
