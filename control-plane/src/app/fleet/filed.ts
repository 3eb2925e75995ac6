import { DroverError } from "@drover/kit";
import { notFoundCodes } from "../../domain/fleet/object-edit.ts";

/** Whether a name is one of the fleet repository's. */
export type Filed =
  | { readonly kind: "there" }
  /** `nearest`: what was probably meant. */
  | { readonly kind: "none"; readonly nearest: string | undefined };

/** `explain application guestbok: there is none; did you mean guestbook?` */
export function noneOfThatName(
  operation: string,
  kind: "Application" | "Environment" | "Cluster",
  name: string,
  nearest?: string,
): DroverError {
  const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  return new DroverError(
    "not-found",
    notFoundCodes[kind],
    `${operation} ${kind.toLowerCase()} ${name}: there is none with this name${hint}`,
  );
}
