import { DroverError, type Json, type JsonObject, member } from "@drover/kit";

/** An object and where it was written, for what is still to be said about it. */
export interface Manifest {
  readonly file: string;
  /** Counted from 1. */
  readonly document: number;
  readonly object: JsonObject;
}

/** An error about one document of one file. */
export const refusal = (place: { readonly file: string; readonly document: number }, code: string, why: string): DroverError =>
  new DroverError("invalid", code, `read ${place.file}, document ${place.document}: ${why}`, {
    details: { file: place.file, document: place.document },
  });

/** What people know an object by: `Deployment web/frontend`. For messages; it may be about an object that is not valid. */
export function nameOf({ object }: Manifest): string {
  const metadata = member(object, "metadata");
  const text = (value: Json | undefined): string => (typeof value === "string" ? value : "?");
  const namespace = member(metadata, "namespace");
  return `${text(object["kind"])} ${namespace === undefined ? "" : `${text(namespace)}/`}${text(member(metadata, "name"))}`;
}
