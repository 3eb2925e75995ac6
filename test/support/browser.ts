import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

/** It speaks to nobody but the page's own server. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A Chromium that is on the machine: DROVER_CHROMIUM, /usr/bin/chromium or the one on the path. Nothing is downloaded. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: flags });
}

async function findChromium(): Promise<string> {
  const named = process.env["DROVER_CHROMIUM"];
  if (named !== undefined) return named;
  for (const name of ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]) if (await canRun(name)) return name;
  const { stdout } = await promisify(execFile)("which", ["chromium"]).catch(() => ({ stdout: "" }));
  if (stdout.trim() !== "") return stdout.trim();
  throw new Error("tests of the console need Chromium: install it (apt-get install chromium), or name one in DROVER_CHROMIUM");
}

const canRun = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
