import { expect, test } from "vitest";
import { chooseGate } from "./choose-gate.ts";

const run = (gate: string, waveName: string, state: "Open" | "Passed" | "Failed", wave = 0) => ({ place: { wave, gate }, waveName, state });

test.each([
  { name: "the only one", runs: [run("ok", "canary", "Open")], wave: undefined, want: "canary" },
  {
    name: "the one that is not through",
    runs: [run("ok", "canary", "Passed"), run("ok", "rest", "Open", 1)],
    wave: undefined,
    want: "rest",
  },
  { name: "the newest when all are", runs: [run("ok", "canary", "Passed"), run("ok", "rest", "Passed", 1)], wave: undefined, want: "rest" },
  { name: "the named wave's", runs: [run("ok", "canary", "Passed"), run("ok", "rest", "Open", 1)], wave: "canary", want: "canary" },
  { name: "none of two", runs: [run("ok", "canary", "Failed"), run("ok", "rest", "Open", 1)], wave: undefined, want: "GATE_AMBIGUOUS" },
  { name: "none of another name", runs: [run("other", "canary", "Open")], wave: undefined, want: "GATE_NOT_FOUND" },
  { name: "none of another wave", runs: [run("ok", "canary", "Open")], wave: "rest", want: "GATE_NOT_FOUND" },
])("chooses $name", ({ runs, wave, want }) => {
  const choice = chooseGate(runs, "ok", wave);
  expect(choice.kind === "found" ? choice.run.waveName : choice.code).toBe(want);
});
