import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import { toDroverError } from "@drover/kit";
import type { Log } from "@drover/kit/node";
import type { CertificateFiles } from "../../app/bootstrap.ts";
import type { CertificatePair, ServedCertificate } from "../../app/served-certificate.ts";
import { readCertificate } from "./read-certificate.ts";

/** A certificate in files that somebody renews in place. */
interface RenewableCertificate extends ServedCertificate {
  /** Reads the files again. What cannot be used is logged, and the pair at hand goes on. */
  look(): Promise<void>;
  /** Calls `changed` shortly after something in the files' folders did. Folders cannot always be watched: look from time to time besides. */
  watch(changed: () => void): () => void;
}

/** Certificate and key are written one after the other where no Secret swaps them together. */
const settleMs = 300;

export async function openCertificateFiles(files: CertificateFiles, log: Log): Promise<RenewableCertificate> {
  const listeners: ((pair: CertificatePair) => void)[] = [];
  let pair = await readCertificate(files);
  let complaint: string | undefined;

  return {
    current: () => pair,
    onRenewed: (serve) => void listeners.push(serve),
    async look() {
      try {
        const found = await readCertificate(files);
        complaint = undefined;
        if (found.cert === pair.cert && found.key === pair.key) return;
        pair = found;
        for (const serve of listeners) serve(found);
        log.info({ file: files.certFile }, "serving a renewed certificate");
      } catch (thrown) {
        const error = toDroverError(thrown);
        // Once for each thing that is wrong, not at every look.
        if (error.message !== complaint)
          log.error({ err: error, file: error.details["file"] }, "the new certificate cannot be used; the old one goes on");
        complaint = error.message;
      }
    },
    watch: (changed) => watchFolders(new Set([dirname(files.certFile), dirname(files.keyFile)]), changed, log),
  };
}

/** The folder and not the file: a mounted Secret is renewed by a symbolic link beside it. */
function watchFolders(folders: ReadonlySet<string>, changed: () => void, log: Log): () => void {
  let settling: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(settling);
    settling = setTimeout(changed, settleMs);
  };
  const watchers = [...folders].flatMap((folder): FSWatcher[] => {
    try {
      const watcher = watch(folder, settle);
      return [watcher.on("error", () => watcher.close())];
    } catch (err) {
      log.warn({ err, folder }, "cannot watch the certificates' folder; it is looked at every minute");
      return [];
    }
  });
  return () => {
    clearTimeout(settling);
    for (const watcher of watchers) watcher.close();
  };
}
