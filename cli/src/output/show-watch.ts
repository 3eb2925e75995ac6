import type { Cli } from "../cli.ts";
import type { Change } from "../resources/watch-resource.ts";
import { isForPeople } from "./output-form.ts";
import { formatObject, type View } from "./print.ts";
import { Redraw } from "./redraw.ts";
import { listText, listWidths, type ShowOptions } from "./show.ts";

/** A table that changes in its place on a terminal; where it is piped, a line for each change as kubectl prints them. */
export async function showWatch<Item>(
  cli: Cli,
  changes: AsyncIterable<Change<Item>>,
  view: View<Item>,
  options: ShowOptions,
): Promise<void> {
  if (cli.isTerminal && isForPeople(options.output)) return redrawn(cli, changes, view, options);
  if (isForPeople(options.output)) return tableThenRows(cli, changes, view, options);
  for await (const change of changes) {
    if (!("object" in change)) continue;
    if (options.output === "name") cli.out(listText(cli, [change.object], view, options));
    else if (options.output !== undefined) cli.out(formatObject(change.object, options.output));
  }
}

/** What is there makes the columns, below which later rows stand. */
async function tableThenRows<Item>(cli: Cli, changes: AsyncIterable<Change<Item>>, view: View<Item>, options: ShowOptions): Promise<void> {
  const there: Item[] = [];
  let widths: readonly number[] | undefined;
  let isHeaded = false;
  for await (const change of changes) {
    if (widths !== undefined) {
      if (!("object" in change)) continue;
      cli.out(listText(cli, [change.object], view, { ...options, headers: !isHeaded && options.headers !== false, atLeast: widths }));
      isHeaded = true;
    } else if ("object" in change) there.push(change.object);
    else if (change.type === "Restarted") there.length = 0;
    else {
      widths = listWidths(there, view, options);
      isHeaded = there.length > 0;
      cli.out(listText(cli, there, view, options));
    }
  }
}

/** Nothing is drawn until all that is there is known: a table that grows row by row flickers. */
async function redrawn<Item>(cli: Cli, changes: AsyncIterable<Change<Item>>, view: View<Item>, options: ShowOptions): Promise<void> {
  const rows = new Map<string, Item>();
  const screen = new Redraw(cli);
  let complete = false;
  const draw = (): void => {
    if (complete) screen.show(rows.size === 0 ? "(none)\n" : listText(cli, [...rows.values()], view, options));
  };
  const stopResizing = cli.onResize?.(draw);
  // Ages go on while nothing else changes.
  const ticking = setInterval(draw, tickMs);
  try {
    for await (const change of changes) {
      if (!("object" in change)) {
        complete = change.type === "Synced";
        if (!complete) rows.clear();
      } else if (change.type === "Deleted") rows.delete(change.name);
      else rows.set(change.name, change.object);
      draw();
    }
  } finally {
    clearInterval(ticking);
    stopResizing?.();
  }
}

const tickMs = 1_000;
