import { destinations } from "../shell/navigation.ts";

/** What a page is called while nothing but its address is known: as the menu calls it, or as the thing that it is about. */
export const pageNameOf = (path: string): string =>
  destinations.find(({ to }) => to === path)?.label ?? decoded(path.split("/").findLast((part) => part !== "") ?? "Drover");

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
