/** Kubernetes' kinds by the short names that kubectl has for them, in small letters. */
const shortNames: Readonly<Record<string, string>> = {
  po: "pod",
  deploy: "deployment",
  sts: "statefulset",
  ds: "daemonset",
  rs: "replicaset",
  cj: "cronjob",
  svc: "service",
  ing: "ingress",
  cm: "configmap",
  ns: "namespace",
  sa: "serviceaccount",
  pv: "persistentvolume",
  pvc: "persistentvolumeclaim",
  hpa: "horizontalpodautoscaler",
  pdb: "poddisruptionbudget",
  netpol: "networkpolicy",
  crd: "customresourcedefinition",
  ep: "endpoints",
  sc: "storageclass",
};

/** A kind in small letters, whether it was written short, in the plural or as it is. Kinds that end in s are their own plural. */
export function kindMeant(word: string): string {
  const kind = word.toLowerCase();
  const short = shortNames[kind];
  if (short !== undefined) return short;
  if (/(?:ss|x)es$/.test(kind)) return kind.slice(0, -2);
  if (kind.endsWith("ies")) return `${kind.slice(0, -3)}y`;
  return kind.endsWith("s") && !/(?:ss|endpoints)$/.test(kind) ? kind.slice(0, -1) : kind;
}
