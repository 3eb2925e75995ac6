import { expect, test } from "vitest";
import { parseOptions } from "./options.ts";

test("plays the story on six clusters in memory and stays, unless told otherwise", () => {
  expect(parseOptions([])).toEqual({
    kind: "run",
    options: {
      clusters: 6,
      kubernetes: 0,
      story: "first-light",
      afterwards: "stay",
      output: "text",
      readyFile: undefined,
      dataDir: undefined,
      ports: { api: undefined, grpc: undefined, nats: undefined, postgres: undefined, git: undefined },
    },
  });
});

test("reads every option", () => {
  const args = "--clusters 3 --kubernetes 2 --story none --exit -o json --ready-file /tmp/r --data-dir /tmp/d --port 8443 --git-port 3000";
  expect(parseOptions(args.split(" "))).toMatchObject({
    options: {
      clusters: 3,
      kubernetes: 2,
      story: "none",
      afterwards: "exit",
      output: "json",
      readyFile: "/tmp/r",
      dataDir: "/tmp/d",
      ports: { api: 8443, git: 3000 },
    },
  });
});

test.each([
  { args: ["--clusters", "0"], message: '--clusters takes a whole number from 1 to 64, not "0"' },
  { args: ["--clusters", "six"], message: '--clusters takes a whole number from 1 to 64, not "six"' },
  { args: ["--kubernetes", "7"], message: '--kubernetes takes a whole number from 0 to 6, not "7"' },
  { args: ["--clusters", "1"], message: "the story needs a cluster in staging and one in production: give --clusters 2 or more" },
  { args: ["--story", "other"], message: '--story takes none or first-light, not "other"' },
  { args: ["--port", "99999"], message: '--port takes a whole number from 1 to 65535, not "99999"' },
  { args: ["--port", "8443", "--grpc-port", "8443"], message: "port 8443 is given twice" },
  { args: ["--cluster", "3"], message: /Unknown option '--cluster'/ },
  { args: ["now"], message: /Unexpected argument 'now'/ },
])("refuses $args", ({ args, message }) => expect(() => parseOptions(args)).toThrow(message));
