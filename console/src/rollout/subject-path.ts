import type { Rollout } from "@drover/proto/rest";
import { paths } from "../paths.ts";

/** The page of what a link of a rollout's why speaks of, if it has one. */
export function subjectPath(subject: string, application: Rollout["application"]): string | undefined {
  const [collection = "", name, part, partName] = subject.split("/");
  if (name === undefined) return undefined;
  switch (collection) {
    case "applications":
      return paths.application(name);
    case "rollouts":
      return paths.rollout(name);
    case "clusters":
      return part === undefined ? paths.cluster(name) : paths.live(name, part === "applications" && partName ? partName : application);
    default:
      return undefined;
  }
}
