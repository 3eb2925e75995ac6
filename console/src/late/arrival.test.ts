import { expect, test } from "vitest";
import { createArrival } from "./arrival.ts";

const lost = new TypeError("Failed to fetch dynamically imported module: https://drover.test/assets/audit-page-1.js");

/** Asks for a part that does not come the first times, and tells what was done meanwhile. */
async function ask({ failures, version, error = lost }: { failures: number; version?: string; error?: Error }) {
  const done: string[] = [];
  const arrival = createArrival({
    sleep: async (ms) => void done.push(`pause ${ms}`),
    otherVersion: () => Promise.resolve(version),
    renew: (to) => Promise.reject(new Error(`renewed to ${to}`)),
    wish: async () => void done.push("wish"),
  });
  let left = failures;
  const part = await arrival(() => (left-- > 0 ? Promise.reject(error) : Promise.resolve("part"))).catch((end: Error) => end.message);
  return [...done, part];
}

test.each([
  { name: "what comes is there", failures: 0, want: ["part"] },
  { name: "what comes late is asked for after a pause", failures: 2, want: ["pause 300", "pause 1000", "part"] },
  {
    name: "then a person is asked, and each wish is as many tries again",
    failures: 5,
    want: ["pause 300", "pause 1000", "pause 3000", "wish", "pause 300", "part"],
  },
  { name: "a server of another version has the page loaded anew", failures: 9, version: "b", want: ["renewed to b"] },
  { name: "what fails by itself is not asked for again", failures: 1, error: new TypeError("x is undefined"), want: ["x is undefined"] },
])("$name", async ({ want, ...given }) => expect(await ask(given)).toEqual(want));
