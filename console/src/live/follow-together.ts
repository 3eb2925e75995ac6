import type { Connection, Told } from "./live.ts";

interface Together {
  /** The same for those who share a stream, and for nobody else. */
  readonly name: string;
  /** Follows behind `after`, and tells of it; ends with the signal, or when it may not. */
  follow(after: string | undefined, tell: (told: Told) => void, signal: AbortSignal): Promise<void>;
  tell(told: Told): void;
}

/** What tabs say to one another: what the leader is told, and where it stands, for one that came later. */
type Said = Told | { readonly kind: "joined" } | { readonly kind: "standing"; readonly connection: Connection; readonly after?: string };

/**
 * One stream for all tabs of a browser, which opens six connections to a server at most: whoever holds the lock follows and passes on
 * what it is told; when it goes, the browser gives the lock to the next, who goes on behind the last event that it heard. Where a page is
 * served without TLS browsers have no locks, and each tab follows by itself.
 */
export async function followTogether({ name, follow, tell }: Together, signal: AbortSignal): Promise<void> {
  if (globalThis.navigator?.locks === undefined) return follow(undefined, tell, signal);
  const channel = new BroadcastChannel(name);
  let role: "follows" | "leads" = "follows";
  let hasJoined = false;
  let after: string | undefined;
  let connection: Connection = "connecting";

  const hear = (told: Told): void => {
    if (told.kind === "event") after = told.event.cursor;
    if (told.kind === "connection") connection = told.connection;
    tell(told);
  };
  const lead = async (): Promise<void> => {
    if (signal.aborted) return;
    role = "leads";
    await follow(after, (told) => (hear(told), channel.postMessage(told satisfies Said)), signal);
  };
  channel.addEventListener("message", ({ data }: MessageEvent<Said>) => {
    if (data.kind === "joined") {
      if (role === "leads") channel.postMessage({ kind: "standing", connection, ...(after && { after }) } satisfies Said);
    } else if (data.kind === "standing") {
      after ??= data.after;
      hear({ kind: "connection", connection: data.connection });
      // What was told between this page's first questions and its joining, only the others have heard.
      if (!hasJoined) hear({ kind: "anything" });
      hasJoined = true;
    } else hear(data);
  });
  channel.postMessage({ kind: "joined" } satisfies Said);
  await navigator.locks.request(name, { signal }, lead).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  channel.close();
}
