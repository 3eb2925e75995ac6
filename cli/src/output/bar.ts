/** Parts of a whole as a bar of so many cells: done, under way, failed, and what waits. */
export interface Parts {
  readonly done: number;
  readonly underWay?: number;
  readonly failed?: number;
  readonly of: number;
}

/** Whatever is there at all has a cell. */
export function drawBar({ done, underWay = 0, failed = 0, of }: Parts, cells: number): string {
  if (of === 0) return "·".repeat(cells);
  const share = (count: number): number => (count === 0 ? 0 : Math.max(1, Math.floor((count * cells) / of)));
  const [bad, moving] = [share(failed), share(underWay)];
  const full = done === of ? cells : Math.min(share(done), Math.max(0, cells - bad - moving));
  return `${"█".repeat(full)}${"▒".repeat(moving)}${"✗".repeat(bad)}`.padEnd(cells, "·").slice(0, cells);
}
