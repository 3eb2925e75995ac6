import { expect, test } from "vitest";
import { formatTable, printable } from "./columns.ts";

const columns = [
  { head: "NAME", cell: ({ name }: { name: string }) => name },
  { head: "LONG", cell: () => "x".repeat(9), wide: true },
  { head: "STATE", cell: ({ state }: { name: string; state?: string }) => state },
];

test("columns line up as kubectl's do, and nothing trails the last one", () => {
  const rows = [{ name: "eu-1", state: "Connected" }, { name: "antarctica-1" }];
  expect(formatTable(rows, columns, { wide: false, headers: true })).toBe(
    ["NAME           STATE", "eu-1           Connected", "antarctica-1   <none>", ""].join("\n"),
  );
});

test("columns line up by what is seen, and the last one gives way", () => {
  const rows = [
    { name: "東京-1", state: "Connected" },
    { name: "🚀", state: "Offline" },
  ];
  expect(formatTable(rows, columns, { wide: false, headers: false })).toBe("東京-1   Connected\n🚀       Offline\n");
  expect(formatTable([{ name: "a", state: "東".repeat(20) }], columns, { wide: false, headers: false, width: 24 })).toBe(
    `a   ${"東".repeat(9)}…\n`,
  );
});

test("wide columns show only when asked for, headers can be left out", () => {
  expect(formatTable([{ name: "a", state: "b" }], columns, { wide: true, headers: false })).toBe("a   xxxxxxxxx   b\n");
});

test.each([
  { name: "an escape that clears the screen", text: "eu\u001b[2J-1", want: "eu-1" },
  { name: "a new line that fakes a row", text: "a\nHealthy", want: "a Healthy" },
  { name: "a mark that turns text around", text: "a\u202eb", want: "a b" },
])("a stranger's name cannot steer the terminal: $name", ({ text, want }) => {
  expect(printable(text)).toBe(want);
});
