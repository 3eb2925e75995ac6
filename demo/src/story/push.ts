import { webFiles, type WebVersion } from "../git/web-application.ts";
import type { World } from "../world.ts";

/** Pushes a version to the application's branch and remembers its commit. */
export async function pushVersion(world: World, version: WebVersion, message: string): Promise<string> {
  const commit = await world.applicationRepository.push(message, webFiles(version));
  world.commits.set(version.name, commit);
  return commit;
}

/** The commit of a version that was pushed before. */
export function commitOf({ commits }: World, { name }: WebVersion): string {
  const commit = commits.get(name);
  if (commit === undefined) throw new Error(`${name} has not been pushed yet: the steps are out of order`);
  return commit;
}
