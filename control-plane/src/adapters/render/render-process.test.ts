import { expect, onTestFinished, test } from "vitest";
import type { RenderJob } from "./render-job.ts";
import { createRenderProcess, renderLimits, type RenderLimits, type RenderProcess } from "./render-process.ts";

const never = new AbortController().signal;

function start(limits: Partial<RenderLimits> = {}): RenderProcess {
  const renderProcess = createRenderProcess({ ...renderLimits, ...limits });
  onTestFinished(renderProcess.close);
  return renderProcess;
}

const job = (text: string, inputs: RenderJob["inputs"] = {}): RenderJob => ({
  render: { kind: "yaml", substitute: true },
  folder: "",
  files: new Map([["a.yaml", new TextEncoder().encode(text)]]),
  inputs,
  kustomize: undefined,
  scratch: "",
});
const configMap = job("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: '${x}' }\n", { x: "y" });
/** A million small objects: far more heap than the text has bytes. */
const hungry = job(`a: [${"{},".repeat(900_000)}]`);

test("bundles and problems come back from the process", async () => {
  const renderProcess = start();
  expect(await renderProcess.run(configMap, never)).toMatchObject({ kind: "bundle", bundle: { objects: 1 } });
  expect(await renderProcess.run(job("a: [".repeat(200)), never)).toMatchObject({
    kind: "problem",
    problem: { code: "MANIFEST_TOO_DEEP" },
  });
});

test("jobs asked for at once are all answered, each with its own result", async () => {
  const renderProcess = start();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, x) => renderProcess.run({ ...configMap, inputs: { x: String(x) } }, never)),
  );
  expect(new Set(answers.map((answer) => answer.kind === "bundle" && answer.bundle.digest)).size).toBe(20);
});

test("a render that exhausts its memory ends the process, and the next one works", async () => {
  const renderProcess = start({ heapMegabytes: 40 });
  await expect(renderProcess.run(hungry, never)).rejects.toThrow(expect.objectContaining({ code: "RENDER_CRASHED", kind: "exhausted" }));
  expect(await renderProcess.run(configMap, never)).toMatchObject({ kind: "bundle" });
});

test("a render beyond its deadline is killed", async () => {
  const renderProcess = start({ deadlineMs: 1 });
  await expect(renderProcess.run(configMap, never)).rejects.toThrow(expect.objectContaining({ code: "RENDER_TIMEOUT", kind: "timeout" }));
});

test("a render that is no longer wanted ends at once", async () => {
  const renderProcess = start();
  const stop = new AbortController();
  const running = renderProcess.run(hungry, stop.signal);
  stop.abort();
  await expect(running).rejects.toThrow(expect.objectContaining({ code: "RENDER_CANCELLED" }));
  expect(await renderProcess.run(configMap, never)).toMatchObject({ kind: "bundle" });
});

test("after it is closed nothing is rendered", async () => {
  const renderProcess = start();
  renderProcess.close();
  await expect(renderProcess.run(configMap, never)).rejects.toThrow(expect.objectContaining({ code: "RENDER_CANCELLED" }));
});
