const shortLength = 7;

/** Commits as people name them; other revisions, such as versions of charts, as they are. */
export const shortRevision = (revision: string): string =>
  /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision) ? revision.slice(0, shortLength) : revision;
