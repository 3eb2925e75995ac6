import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePorts } from "./free-port.ts";

test("the ports are different, below the kernel's own range and free", async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  expect(Math.max(...ports)).toBeLessThan(32_768);
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(ports[0], "127.0.0.1", resolve));
  await new Promise((resolve) => server.close(resolve));
});
