import { experimental, ServerCredentials } from "@grpc/grpc-js";
import type { CertificatePair, ServedCertificate } from "../../app/served-certificate.ts";

type Provider = experimental.CertificateProvider;
type Listener = experimental.IdentityCertificateUpdateListener;

/** Without a certificate the server speaks without TLS. */
export const serverCredentials = (tls: ServedCertificate | undefined): ServerCredentials =>
  tls === undefined
    ? ServerCredentials.createInsecure()
    : experimental.createCertificateProviderServerCredentials(providerOf(tls), null, false);

/** As grpc-js asks for certificates that change. It wants the first one after it was asked to listen, not while. */
function providerOf(tls: ServedCertificate): Provider {
  const listeners = new Set<Listener>();
  tls.onRenewed((pair) => {
    for (const tell of listeners) tell(updateOf(pair));
  });
  return {
    addIdentityCertificateListener(tell) {
      listeners.add(tell);
      queueMicrotask(() => tell(updateOf(tls.current())));
    },
    removeIdentityCertificateListener: (tell) => void listeners.delete(tell),
    // Clients prove who they are by tokens, not by certificates.
    addCaCertificateListener: () => {},
    removeCaCertificateListener: () => {},
  };
}

const updateOf = ({ cert, key }: CertificatePair): experimental.IdentityCertificateUpdate => ({
  certificate: Buffer.from(cert),
  privateKey: Buffer.from(key),
});
