import type { Message } from "./message.ts";

/** A message on its way, as formats need it. */
export interface Outgoing {
  /** The same at every attempt: receivers tell by it that they have it already. */
  readonly id: string;
  readonly message: Message;
  /** Into the console; absent when nobody said where that is. */
  readonly link: string | undefined;
  /** Which installation speaks. */
  readonly source: string;
}

export const outgoing = (id: string, message: Message, publicUrl: string | undefined): Outgoing => ({
  id,
  message,
  link: publicUrl === undefined ? undefined : `${publicUrl}${message.path.split("/").map(encodeURIComponent).join("/")}`,
  source: publicUrl ?? "drover",
});
