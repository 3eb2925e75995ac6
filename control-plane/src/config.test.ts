import { DroverError } from "@drover/kit";
import { expect, test } from "vitest";
import { parseConfig } from "./config.ts";

const noFiles = (path: string): string => {
  throw new Error(`no ${path}`);
};

test("an empty environment is a working laptop", () => {
  const config = parseConfig({}, noFiles);
  expect(config).toMatchObject({
    dataDir: ".drover",
    databaseUrl: undefined,
    natsUrls: undefined,
    listen: { host: "127.0.0.1", port: 8443 },
    sourcePollMs: 180_000,
  });
  expect([...config.roles]).toEqual(["api", "planner", "publisher", "ingest", "sources"]);
});

test("every problem is told at once", () => {
  const env = {
    DROVER_ROLES: "api,king",
    DROVER_LISTEN: "8443",
    DROVER_TRUSTED_PROXIES: "10.0.0.0/8, 10.0.0.7, fd00::/129",
    DROVER_SOURCE_POLL: "soon",
    DROVER_LISTN: "x",
    DROVER_FAILPOINT: "rollout.commit.after:0",
    DATABASE_URL_FILE: "/gone",
  };
  const problems = (() => {
    try {
      parseConfig(env, noFiles);
    } catch (error) {
      if (error instanceof DroverError) return error.details["problems"];
    }
    return undefined;
  })();
  expect(problems).toEqual([
    "DROVER_LISTN is no setting; see docs/reference/configuration.md",
    "DATABASE_URL_FILE names /gone, which cannot be read",
    'DROVER_ROLES: "king" is none of api, planner, publisher, ingest, sources',
    "DROVER_LISTEN: write host:port, such as 127.0.0.1:8443",
    'DROVER_TRUSTED_PROXIES: "10.0.0.7" is no block of addresses; write it like 10.0.0.0/8 or fd00::/8',
    'DROVER_TRUSTED_PROXIES: "fd00::/129" is no block of addresses; write it like 10.0.0.0/8 or fd00::/8',
    'DROVER_SOURCE_POLL: "soon" is no duration: write it like 90s, 5m or 1h30m',
    expect.stringMatching(/^DROVER_FAILPOINT: "rollout.commit.after:0" is none of .*rollout.commit.after/),
  ]);
});

test("a secret may come from a file, and never prints", () => {
  const config = parseConfig({ DATABASE_URL_FILE: "/run/url" }, () => "postgres://drover:hunter2@db/drover\n");
  expect(config.databaseUrl?.reveal()).toBe("postgres://drover:hunter2@db/drover");
  expect(JSON.stringify(config)).not.toContain("hunter2");
});

test("what Kubernetes puts beside a Service of our name is no setting of ours", () => {
  const env = { DROVER_SERVICE_HOST: "10.0.0.1", DROVER_PORT: "tcp://10.0.0.1:443", DROVER_PORT_443_TCP_ADDR: "10.0.0.1" };
  expect(() => parseConfig(env, noFiles)).not.toThrow();
});

test("a point to die at may say at which passage", () => {
  expect(parseConfig({ DROVER_FAILPOINT: "publish.sent" }, noFiles).failpoint).toEqual({ name: "publish.sent", passage: 1 });
  expect(parseConfig({ DROVER_FAILPOINT: "publish.sent:3" }, noFiles).failpoint).toEqual({ name: "publish.sent", passage: 3 });
});
