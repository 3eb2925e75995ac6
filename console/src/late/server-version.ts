/** A page begins with a script that is named by the content of all its parts: the name is its version. */
const entryOf = (page: Document): string | null | undefined => page.querySelector("script[type=module]")?.getAttribute("src");

const patienceMs = 5_000;

/** The version of the page that the server has now, when it is not this one's. Undefined also when it does not say. */
export async function otherVersion(): Promise<string | undefined> {
  try {
    const answer = await fetch("/", { headers: { accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout(patienceMs) });
    if (!answer.ok) return undefined;
    const entry = entryOf(new DOMParser().parseFromString(await answer.text(), "text/html"));
    return entry === entryOf(document) ? undefined : (entry ?? undefined);
  } catch {
    // Whoever cannot be reached is no other version.
    return undefined;
  }
}
