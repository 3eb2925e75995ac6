import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import type { Problem } from "../../domain/release/release.ts";

/** A fleet object as the projection left it: its last valid form, and what is wrong with the file now, if anything. */
export interface StoredObject<Kind extends FleetKind> {
  readonly kind: Kind;
  readonly name: string;
  readonly path: string;
  readonly form: FleetForms[Kind];
  readonly problem: Problem | undefined;
  /** The fleet commit that last changed it, and that commit's place in the history. */
  readonly commit: string;
  readonly position: number;
  readonly version: number;
}

/** Reads the projection. Objects that never had a valid form are not listed here; `problems` shows them. */
export interface FleetStore {
  get<Kind extends FleetKind>(kind: Kind, name: string): Promise<StoredObject<Kind> | undefined>;
  list<Kind extends FleetKind>(kind: Kind): Promise<readonly StoredObject<Kind>[]>;
  problems(): Promise<readonly { readonly kind: FleetKind; readonly name: string; readonly path: string; readonly problem: Problem }[]>;
}
