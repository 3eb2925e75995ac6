import { spawn } from "node:child_process";
import { once } from "node:events";
import { DroverError } from "@drover/kit";

/** Opens a file in the person's editor and waits until it is closed. `$VISUAL` and `$EDITOR` may hold arguments, as shells take them. */
export async function openEditor(file: string, env: NodeJS.ProcessEnv): Promise<void> {
  const editor = [env["VISUAL"], env["EDITOR"], "vi"].find((one) => one !== undefined && one.trim() !== "") as string;
  // The file is a parameter, so that nothing in its name is the shell's to read.
  const child = spawn("/bin/sh", ["-c", `${editor} "$1"`, "sh", file], { stdio: "inherit", env });
  const [status] = (await once(child, "close")) as [number | null];
  if (status !== 0)
    throw new DroverError(
      "invalid",
      "EDITOR_FAILED",
      `edit: ${editor} ended with status ${status ?? "unknown"}; set EDITOR to one that works`,
    );
}
