import { DroverError, type Instant, later, parseDuration } from "@drover/kit";
import type { BreakGlass, EndBreakGlass, NewBreakGlass } from "@drover/proto/rest";
import { authoriseIn } from "../access/authorise.ts";
import type { Caller } from "../access/caller.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import type { ListRequest, Page } from "../page.ts";
import { notFound } from "../fleet/submit-intent.ts";

/** PostgreSQL implements this in adapters/pg. Changes come with audit row, event and a look at the rollouts they concern, in one transaction. */
export interface BreakGlasses {
  list(request: ListRequest): Promise<Page<BreakGlass>>;
  begin(id: string, request: NewBreakGlass, expiresAt: Instant, caller: Caller): Promise<BreakGlass>;
  get(id: string): Promise<BreakGlass | undefined>;
  /** Undefined when there is none with this id. One that is over stays as it was. */
  end(id: string, reason: string, caller: Caller): Promise<BreakGlass | undefined>;
}

interface BreakGlassDeps {
  readonly breakGlasses: BreakGlasses;
  readonly fleet: FleetStore;
  readonly clock: { now(): Instant };
  readonly newId: () => string;
}

/** An exception that outlasts a day is no exception. */
const longestMs = 24 * 60 * 60_000;

/** Sets freezes and closed windows aside for a while. Nobody does so unseen, and it ends by itself. */
export function createBreakGlassCommands({ breakGlasses, fleet, clock, newId }: BreakGlassDeps) {
  return {
    async beginBreakGlass(caller: Caller, request: NewBreakGlass): Promise<BreakGlass> {
      const { environment, application, ttl } = request;
      const operation = `break the glass of ${environment}`;
      const ttlMs = parseDuration(ttl);
      if (ttlMs <= 0 || ttlMs > longestMs)
        throw new DroverError("invalid", "BREAK_GLASS_TTL_INVALID", `${operation} for ${ttl}: choose more than nothing and at most 24h`);
      authoriseIn(caller, "overrides", environment);
      if ((await fleet.get("Environment", environment)) === undefined) throw notFound("environment", environment, operation);
      if (application !== undefined && (await fleet.get("Application", application)) === undefined)
        throw notFound("application", application, operation);
      return breakGlasses.begin(newId(), request, later(clock.now(), ttlMs), caller);
    },
    async endBreakGlass(caller: Caller, id: string, { reason }: EndBreakGlass): Promise<BreakGlass> {
      const found = await breakGlasses.get(id);
      if (found !== undefined) authoriseIn(caller, "overrides", found.environment);
      const ended = await breakGlasses.end(id, reason, caller);
      if (ended !== undefined) return ended;
      throw new DroverError(
        "not-found",
        "BREAK_GLASS_NOT_FOUND",
        `end break-glass ${id}: there is none; \`drover break-glass list\` shows them`,
      );
    },
  };
}
