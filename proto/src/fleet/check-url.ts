import { addressKind } from "@drover/kit";

/**
 * What keeps Drover from calling a URL that a fleet file names, if anything. Names are judged when they are called, by what they resolve to
 * then; an address shows what it is at once.
 */
export function checkUrl(text: string, who: string): string | undefined {
  if (!URL.canParse(text)) return `${text} is no URL`;
  const { hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") return "credentials do not belong into a URL: name a mounted Secret by credentialsRef";
  const address = hostname.replace(/^\[(.*)\]$/, "$1");
  const kind = addressKind(address);
  return kind === "local" || kind === "metadata" ? `${address} is a ${kind} address, which ${who} may not call` : undefined;
}
