import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { prepareControlPlane } from "../support/control-plane.ts";
import { runSchemathesis } from "../support/schemathesis.ts";
import { pushSmallFleet } from "../support/small-fleet.ts";

/** `npm run fuzz:api` takes ten minutes; FUZZ_SEED repeats a run. */
const seconds = Number(process.env["FUZZ_SECONDS"] ?? 20);
const seed = Number(process.env["FUZZ_SEED"] ?? 1);

/** Making the client's Python environment takes most of it, once. */
const timeoutMs = (seconds + 300) * 1000;

test(
  "a property-based client finds no server error and no answer outside its schema",
  async () => {
    const installation = await prepareControlPlane();
    onTestFinished(() => installation.stop());
    await pushSmallFleet(installation, ["eu-1", "eu-2"]);
    const { apiUrl } = await installation.start({ DROVER_REQUESTS_PER_TOKEN: "999999999", DROVER_REQUESTS_PER_ADDRESS: "999999999" });
    const token = (await readFile(installation.tokenFile, "utf8")).trim();
    const { ok, output } = await runSchemathesis({ apiUrl, token, caFile: installation.caFile }, seconds, seed);
    if (process.env["FUZZ_SECONDS"] !== undefined || !ok) console.log(output);
    expect(ok).toBe(true);
  },
  timeoutMs,
);
