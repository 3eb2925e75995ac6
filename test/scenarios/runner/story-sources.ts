import type { WorkTree } from "../../support/git-work-tree.ts";
import { type Files, ordinaryFiles } from "./application-files.ts";
import type { Outcome } from "./outcomes.ts";
import type { ScenarioWorld } from "./scenario-world.ts";

interface Version {
  readonly application: string;
  readonly name: string;
  readonly commit: string;
}

/** How a version fares: everywhere, or only in some clusters. */
export interface Fate {
  readonly outcome: Outcome;
  readonly clusters: readonly string[];
}

/** The repositories of a story's applications, and what their versions are called. */
export interface StorySources {
  readonly versions: readonly Version[];
  /** Places in printed text, and what stories call them. */
  readonly places: ReadonlyMap<string, string>;
  /** Pushes a version; a new application is added to the fleet repository too, unless the story has its file already. */
  push(application: string, name: string, fate: Fate, files?: Files): Promise<void>;
  /** From now on every version is well, wherever it is not made otherwise. */
  forgiveFates(): void;
  /** Whether clusters may differ in more than their revision. */
  areReplicasValues(): boolean;
  outcomeOf(revision: string, cluster: string): Outcome;
  versionOf(revision: string): string;
  /** The commit of a version, if a command that names these words can mean it. */
  commitOf(name: string, words: readonly string[]): string | undefined;
  /** A file of the story's with the real addresses and commits that it names. */
  realText(path: string, text: string): string;
}

const publicHost = "https://git.example.com";

export function createStorySources(world: ScenarioWorld): StorySources {
  const { git, fleet } = world.controlPlane;
  const trees = new Map<string, WorkTree>();
  const versions: Version[] = [];
  let withValues = false;
  const fates = new Map<string, Fate>();
  const realHost = git.host.cloneUrl("x").replace("/x.git", "");

  const treeOf = async (application: string): Promise<WorkTree> => {
    const known = trees.get(application);
    if (known !== undefined) return known;
    const tree = await git.clone(application);
    if ((await tree.git("ls-remote", "origin")) !== "")
      throw new Error(`another story has the application ${application}: choose another name`);
    trees.set(application, tree);
    return tree;
  };
  const addApplication = async (application: string): Promise<void> => {
    const path = `applications/${application}.yaml`;
    if ((await fleet.git("ls-files", path)) !== "") return;
    const source = `{ repository: "${git.host.cloneUrl(application)}", path: deploy, credentialsRef: git-host }`;
    await world.pushFleet((tree) => tree.push({ [path]: `source: ${source}\n` }, `add ${application}`));
  };
  const commitOf = (name: string, words: readonly string[]): string | undefined => {
    const known = versions.filter((version) => version.name === name);
    return (known.find(({ application }) => words.includes(application)) ?? known[0])?.commit;
  };
  return {
    versions,
    places: new Map([[realHost, publicHost], ...[...world.checks.places].map(([name, real]) => [real, name] as const)]),
    async push(application, name, fate, files = ordinaryFiles(application, name)) {
      withValues ||= Object.values(files).some((text) => text?.includes("${"));
      const tree = await treeOf(application);
      const commit = await tree.push(files, `${application} ${name}`);
      versions.push({ application, name, commit });
      fates.set(commit, fate);
      await world.tellOfPush(git.host.cloneUrl(application));
      await addApplication(application);
    },
    forgiveFates: () => fates.clear(),
    areReplicasValues: () => withValues,
    outcomeOf(revision, cluster) {
      const fate = fates.get(revision);
      if (fate === undefined || (fate.clusters.length > 0 && !fate.clusters.includes(cluster))) return "is well";
      return fate.outcome;
    },
    versionOf: (revision) => versions.find(({ commit }) => commit === revision)?.name ?? revision,
    commitOf,
    realText: (path, text) =>
      text
        .replaceAll(publicHost, realHost)
        .replace(/\b(checks|prometheus)\.example\.com\b/g, (name) => world.checks.places.get(name) ?? name)
        .replace(/(?<=\brevision: )v\d+\b/g, (name) => commitOf(name, path.split(/[/.]/)) ?? name),
  };
}
