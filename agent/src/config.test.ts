import { expect, test } from "vitest";
import { parseAgentConfig } from "./config.ts";

const pin = "ab".repeat(32);

test("reads a pod's settings with their defaults", () => {
  const config = parseAgentConfig({ DROVER_API_URL: "https://drover.example.com", DROVER_ENROLMENT_TOKEN: "drv1_x", PATH: "/bin" });
  expect(config).toMatchObject({
    namespace: "drover-system",
    cluster: { kind: "in-cluster" },
    logLevel: "info",
    trust: { kind: "system" },
  });
  expect(String(config.enrolmentToken?.kind === "value" && config.enrolmentToken.value)).toBe("[redacted]");
});

test("takes a pin in hex or base64url", () => {
  const base64url = Buffer.from(pin, "hex").toString("base64url");
  for (const DROVER_CA_SHA256 of [pin, pin.toUpperCase(), base64url])
    expect(parseAgentConfig({ DROVER_API_URL: "https://a", DROVER_CA_SHA256 }).trust).toEqual({ kind: "pin", sha256: pin });
});

test("finds the in-memory cluster's socket and name", () => {
  const { cluster } = parseAgentConfig({ DROVER_API_URL: "https://a", DROVER_MEMORY_CLUSTER: "unix:/run/c.sock#edge-1" });
  expect(cluster).toEqual({ kind: "memory", socket: "/run/c.sock", name: "edge-1" });
});

test("names every problem at once, and no secret", () => {
  const env = {
    DROVER_API_URL: "http://a",
    DROVER_CA_SHA256: "short",
    DROVER_HEALTH_PORT: "http",
    DROVER_LOGLEVEL: "debug",
    DROVER_MEMORY_CLUSTER: "c.sock",
    DROVER_ENROLMENT_TOKEN: "drv1_secret",
    DROVER_ENROLMENT_TOKEN_FILE: "/token",
  };
  expect(() => parseAgentConfig(env)).toThrowError(
    expect.objectContaining({ code: "CONFIG_INVALID", details: { problems: expect.objectContaining({ length: 6 }) } }),
  );
  expect(() => parseAgentConfig(env)).not.toThrow(/secret/);
});
