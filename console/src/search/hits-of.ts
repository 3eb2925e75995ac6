import type { SearchHit } from "@drover/proto/rest";
import { paths } from "../paths.ts";

/** Something to go to. */
export interface Hit {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly detail?: string;
  readonly to: string;
}

const places: Readonly<Record<SearchHit["kind"], { readonly group: string; readonly pathOf: (name: string) => string }>> = {
  Cluster: { group: "Clusters", pathOf: paths.cluster },
  Application: { group: "Applications", pathOf: paths.application },
  Environment: { group: "Environments", pathOf: (name) => `/clusters?environment=${encodeURIComponent(name)}` },
  // A release's page is its application's; its name is that and a number.
  Release: { group: "Releases", pathOf: (name) => paths.application(name.replace(/-\d+$/, "")) },
  Rollout: { group: "Rollouts", pathOf: paths.rollout },
};

export const hitsOf = (items: readonly SearchHit[]): readonly Hit[] =>
  items.map(({ kind, name, title, detail }) => ({
    id: `${kind} ${name}`,
    group: places[kind].group,
    title,
    ...(detail === undefined ? {} : { detail }),
    to: places[kind].pathOf(name),
  }));
