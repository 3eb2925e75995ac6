import { repositoryKey } from "../../domain/fleet/remote.ts";
import type { FleetRepository } from "../fleet/project-fleet.ts";
import type { SourceStore } from "./source-store.ts";
import type { WorkQueue } from "../work-queue.ts";

export interface ReceivePushDeps {
  readonly sources: SourceStore;
  readonly work: WorkQueue;
  readonly fleet: FleetRepository;
}

/** A push that somebody told about. Its sender is known, its content is not trusted: text to compare with what is known, never to call. */
export interface PushHint {
  /** The repository's URLs in any form. */
  readonly urls: readonly string[];
  /** `refs/heads/main` */
  readonly ref: string;
}

/** More than any host sends for one repository. */
const maxUrls = 10;

/**
 * Asks for a look at what the push may have moved, and answers the repositories that are known. Repeats are harmless: asking twice is asking
 * once.
 */
export function createReceivePush({ sources, work, fleet }: ReceivePushDeps) {
  return async ({ urls, ref }: PushHint): Promise<readonly string[]> => {
    const keys = new Set(urls.slice(0, maxUrls).flatMap((url) => repositoryKey(url) ?? []));
    const isMeant = (repository: string): boolean => {
      const key = repositoryKey(repository);
      return key !== undefined && keys.has(key);
    };
    const name = ref.replace(/^refs\/(heads|tags)\//, "");
    const moved = (await sources.list()).filter((source) => isMeant(source.repository) && shortRef(source.ref) === name);
    await work.ask(
      "source",
      moved.map((source) => `${source.repository} ${source.ref}`),
    );
    const isFleet = isMeant(fleet.repository) && fleet.branch === name;
    if (isFleet) await work.ask("fleet", ["head"]);
    return [...new Set([...moved.map(({ repository }) => repository), ...(isFleet ? [fleet.repository] : [])])];
  };
}

const shortRef = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, "");
