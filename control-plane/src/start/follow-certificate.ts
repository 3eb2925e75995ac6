import { type Lifecycle, type Log, systemClock } from "@drover/kit/node";
import { openCertificateFiles } from "../adapters/tls/certificate-files.ts";
import type { CertificateFiles } from "../app/bootstrap.ts";
import type { ServedCertificate } from "../app/served-certificate.ts";
import { repeatUntilStopped } from "../workers/repeat.ts";

/** Of folders that cannot be watched, such as those of some network file systems. */
const lookEveryMs = 60_000;

/** The certificate in these files, and whatever replaces it while this process runs. */
export async function followCertificate(files: CertificateFiles, lifecycle: Lifecycle, log: Log): Promise<ServedCertificate> {
  const certificate = await openCertificateFiles(files, log);
  const loop = repeatUntilStopped({
    name: "look at the certificate",
    everyMs: lookEveryMs,
    work: certificate.look,
    clock: systemClock,
    log,
  });
  const unwatch = certificate.watch(loop.wake);
  lifecycle.add("certificate", async () => {
    unwatch();
    await loop.stop();
  });
  return certificate;
}
