import type { KeyPath } from "./fleet-yaml.ts";

/** A rule that an object breaks by itself, though its shape is right. */
export interface ObjectFault {
  readonly keys: KeyPath;
  readonly code: string;
  readonly message: string;
}
