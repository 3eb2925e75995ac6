import { shortRevision } from "@drover/kit";
import type { Placement, Release } from "@drover/proto/rest";

export interface RevisionChoice {
  readonly label: string;
  readonly revision: string;
}

/** The first line of a commit's message. */
export const subjectOf = (message: string): string => message.split("\n", 1)[0] ?? "";

/** What can be promoted by name: the newest commit, which may be no release yet, then the releases as they are listed. */
export function revisionChoices(releases: readonly Release[], placements: readonly Placement[]): readonly RevisionChoice[] {
  const released = new Set(releases.map(({ revision }) => revision));
  const heads = [...new Set(placements.flatMap(({ head }) => (head === undefined || released.has(head) ? [] : [head])))];
  return [
    ...heads.map((revision) => ({ label: `${shortRevision(revision)} · newest commit, no release yet`, revision })),
    ...releases.map(({ name, revision, message }) => ({
      label: `${name} · ${shortRevision(revision)} · ${subjectOf(message)}`,
      revision,
    })),
  ];
}

/** What was typed: a choice's label stands for its revision, anything else is a commit, branch or tag. */
export const revisionOf = (choices: readonly RevisionChoice[], text: string): string =>
  choices.find(({ label }) => label === text)?.revision ?? text.trim();
