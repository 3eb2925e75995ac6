import { DroverError } from "@drover/kit";
import type { LiftedQuarantine } from "@drover/proto/rest";
import { isSameRevision, quarantineOf } from "../../domain/placement/quarantine.ts";
import type { Caller } from "../access/caller.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import { newIntent, submitIntent, type SubmitIntentDeps } from "../fleet/submit-intent.ts";

/** A row that still refuses, or did until the file took over. */
export interface LiftedRow {
  readonly kind: "Revision" | "Content";
  readonly application: string;
  readonly revision: string;
  /** A commit that would quarantine it is on its way. */
  readonly isBeingCommitted: boolean;
}

/** What a quarantine is called: of contents the row's id, of a revision `<application>@<revision>`. */
export type QuarantineName =
  | { readonly kind: "row"; readonly id: string }
  | { readonly kind: "revision"; readonly application: string; readonly revision: string };

/** PostgreSQL implements this in adapters/pg. */
export interface QuarantineLift {
  /** Ends the rows of that name, with an audit row; every place of the application looks again. */
  lift(name: QuarantineName, reason: string, caller: Caller): Promise<readonly LiftedRow[]>;
}

interface LiftDeps extends SubmitIntentDeps {
  readonly fleet: FleetStore;
  readonly lifts: QuarantineLift;
  readonly newId: () => string;
}

/**
 * Allows again what a rollback or a person forbade. The rows end first: nothing can commit them any more, and the commit that takes the entry out
 * comes after any that was on its way.
 */
export const createLiftQuarantine =
  (deps: LiftDeps) =>
  async (caller: Caller, id: string, reason: string, signal: AbortSignal): Promise<LiftedQuarantine> => {
    const name = nameOf(id);
    const rows = await deps.lifts.lift(name, reason, caller);
    if (name.kind === "row") {
      const [row] = rows;
      if (row === undefined) throw notQuarantined(id);
      return { id, application: row.application, revision: row.revision };
    }
    const { application } = name;
    const file = await deps.fleet.get("Quarantine", application);
    const listed =
      quarantineOf(file?.form, name.revision) ?? file?.form.revisions.find((entry) => isSameRevision(entry.revision, name.revision));
    const revision = listed?.revision ?? rows[0]?.revision;
    if (revision === undefined) throw notQuarantined(id);
    if (listed === undefined && !rows.some(({ isBeingCommitted }) => isBeingCommitted)) return { id, application, revision };
    const edit = { kind: "lift-quarantine", application, revision } as const;
    const intent = newIntent(deps.newId(), caller, { kind: "FileEdit", subject: application, reason, edit });
    const { commit } = await submitIntent(deps, intent, caller, signal);
    return { id, application, revision, ...(commit === undefined ? {} : { commit }) };
  };

function nameOf(id: string): QuarantineName {
  const at = id.indexOf("@");
  return at === -1 ? { kind: "row", id } : { kind: "revision", application: id.slice(0, at), revision: id.slice(at + 1) };
}

const notQuarantined = (id: string): DroverError =>
  new DroverError(
    "not-found",
    "QUARANTINE_NOT_FOUND",
    `lift quarantine ${id}: nothing is quarantined by that name; \`drover get quarantines\` shows what is`,
  );
