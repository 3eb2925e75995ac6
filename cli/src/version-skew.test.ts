import { expect, test } from "vitest";
import { skewOf } from "./version-skew.ts";

test.each([
  { client: "1.4.0", server: "1.4.9", warned: false },
  { client: "1.4.0", server: "1.2.0", warned: false },
  { client: "1.4.0", server: "1.1.9", warned: true },
  { client: "1.4.0", server: "2.0.0", warned: true },
  { client: "1.4.0", server: "built by hand", warned: false },
])("client $client, server $server", ({ client, server, warned }) => expect(skewOf(client, server) !== undefined).toBe(warned));
