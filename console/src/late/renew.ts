import { sayUpdated } from "./interruption.ts";

/** The version that this tab was loaded anew for. Behind it may stand an older server too: it is tried once, not for ever. */
const renewedFor = "drover.renewed-for";

/** Where somebody types, or may have. */
const typing = "form, textarea, [role=dialog]";

/** Loads the page anew at the same address, unless that would lose what somebody typed: then whoever typed it decides when. */
export function renew(version: string): Promise<never> {
  if (sessionStorage.getItem(renewedFor) === version || document.querySelector(typing) !== null) sayUpdated();
  else {
    sessionStorage.setItem(renewedFor, version);
    location.reload();
  }
  return new Promise(() => {});
}
