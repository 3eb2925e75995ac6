import { expect, test } from "vitest";
import type { Cli } from "../cli.ts";
import { Redraw } from "./redraw.ts";

function terminal(rows = 10, columns = () => 80) {
  let written = "";
  const cli = { out: (text: string) => (written += text), rows: () => rows, columns } as unknown as Cli;
  const screen = new Redraw(cli);
  return (text: string): string => {
    written = "";
    screen.show(text);
    return written.replace("\u001b[?2026h\u001b[?7l", "").replace("\u001b[?7h\u001b[?2026l", "");
  };
}

test("only lines that changed are written again", () => {
  const show = terminal();
  expect(show("a\nb\nc\n")).toBe("\ra\u001b[K\n\rb\u001b[K\n\rc\u001b[K\n");
  expect(show("a\nB\nc\n")).toBe("\u001b[3A\n\rB\u001b[K\n\n");
  expect(show("a\nB\nc\n")).toBe("");
});

test("what has become shorter leaves nothing behind", () => {
  const show = terminal();
  show("a\nb\nc\n");
  expect(show("a\n")).toBe("\u001b[3A\n\u001b[J");
});

test("a terminal of another size is drawn anew from its top", () => {
  let columns = 80;
  const show = terminal(10, () => columns);
  show("a\nb\n");
  columns = 40;
  expect(show("a\nb\n")).toBe("\u001b[H\u001b[2J\ra\u001b[K\n\rb\u001b[K\n");
  expect(show("a\nb\n")).toBe("");
});

test("what is higher than the terminal is cut, and says so", () => {
  expect(terminal(4)("1\n2\n3\n4\n5\n")).toContain("… and 3 more");
});
