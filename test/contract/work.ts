import { instant } from "@drover/kit";
import { describe, expect, test } from "vitest";
import type { Bench } from "./bench.ts";

const leaseMs = 60_000;

export function workContract({ ports }: Bench): void {
  const claimKeys = async (): Promise<readonly string[]> => (await ports().work.claim("gate", 10, leaseMs)).map(({ key }) => key);

  describe("the work queue", () => {
    test("hands a key to one worker, however often it was asked for", async () => {
      await ports().work.ask("gate", ["one", "one"]);
      await ports().work.ask("gate", ["one"]);
      expect(await claimKeys()).toEqual(["one"]);
      expect(await claimKeys()).toEqual([]);
    });

    test("keeps a key due that was asked for while it was worked on", async () => {
      const { work } = ports();
      await work.ask("gate", ["one"]);
      const [claim] = await work.claim("gate", 1, leaseMs);
      await work.ask("gate", ["one"]);
      expect(claim && (await work.settle(claim, { kind: "done" }))).toBe(true);
      const [again] = await work.claim("gate", 1, leaseMs);
      expect(again?.key).toBe("one");
      expect(again && (await work.settle(again, { kind: "done" }))).toBe(true);
      expect(await claimKeys()).toEqual([]);
    });

    test("lets nobody settle what another one has claimed since", async () => {
      const { work } = ports();
      await work.ask("gate", ["one"]);
      const [lost] = await work.claim("gate", 1, -1);
      const [taken] = await work.claim("gate", 1, leaseMs);
      expect(taken?.key).toBe("one");
      expect(lost && (await work.settle(lost, { kind: "done" }))).toBe(false);
      expect(lost && (await work.renew(lost, leaseMs))).toBe(false);
    });

    test("looks again when it was told to", async () => {
      const { work } = ports();
      await work.ask("gate", ["one"]);
      const [claim] = await work.claim("gate", 1, leaseMs);
      if (claim) await work.settle(claim, { kind: "recheck", at: instant(Date.now() + 3_600_000) });
      expect(await claimKeys()).toEqual([]);
      await work.ask("gate", ["one"]);
      expect(await claimKeys()).toEqual(["one"]);
    });
  });
}
