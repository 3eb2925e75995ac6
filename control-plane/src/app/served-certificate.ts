/** A certificate chain and its key, as PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** What a server shows to those who connect. It may be renewed while the server runs; connections that are open keep theirs. */
export interface ServedCertificate {
  current(): CertificatePair;
  onRenewed(serve: (pair: CertificatePair) => void): void;
}
