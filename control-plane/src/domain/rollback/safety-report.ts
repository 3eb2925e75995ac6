import { canonicalJson, type JsonObject } from "@drover/kit";
import { immutableChanges } from "./immutable-fields.ts";
import { type Manifest, manifestsByName } from "./manifests.ts";

/**
 * - `Danger`: data may be lost, or the API server refuses it
 * - `Warning`: it goes through, but what the newer release did stays done
 * - `Note`: what else comes and goes
 */
export type Severity = "Danger" | "Warning" | "Note";

export interface Finding {
  readonly severity: Severity;
  readonly object: string;
  readonly why: string;
}

/** What going back from one bundle's objects to another's would mean, the worst first. It reads what git says, not what a cluster has. */
export function safetyReport(from: readonly JsonObject[], to: readonly JsonObject[]): readonly Finding[] {
  const [now, then] = [manifestsByName(from), manifestsByName(to)];
  const findings: Finding[] = [];
  for (const [name, manifest] of now) {
    const older = then.get(name);
    findings.push(...(older === undefined ? goes(manifest) : changes(manifest, older)));
  }
  for (const [name, manifest] of then) if (!now.has(name)) findings.push(...comes(manifest));
  return findings.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.object < b.object ? -1 : 1));
}

const severities: readonly Severity[] = ["Danger", "Warning", "Note"];

const losses: Readonly<Record<string, string>> = {
  "apiextensions.k8s.io/CustomResourceDefinition": "it would be removed, and every object of its kind with it",
  "/Namespace": "it would be removed, and everything in it",
  "/PersistentVolumeClaim": "it would be removed, and its data with it unless its volume is retained",
  "/PersistentVolume": "it would be removed",
};

function goes(manifest: Manifest): readonly Finding[] {
  const { name: object, kind, hook, isKept } = manifest;
  if (hook !== undefined)
    return [{ severity: "Warning", object, why: `a hook (${hook}) that ran with the newer release; what it did is not undone` }];
  if (isKept) return [{ severity: "Note", object, why: "it is not in the older release; it asks not to be pruned, and stays" }];
  const loss = losses[kind];
  return [loss === undefined ? { severity: "Note", object, why: "it would be removed" } : { severity: "Danger", object, why: loss }];
}

const comes = ({ name: object, hook }: Manifest): readonly Finding[] => [
  hook === undefined
    ? { severity: "Note", object, why: "it would be created again" }
    : { severity: "Warning", object, why: `a hook (${hook}) of the older release, which would run` },
];

function changes(now: Manifest, then: Manifest): readonly Finding[] {
  const { name: object } = now;
  if (now.hook !== undefined)
    return canonicalJson(now.form) === canonicalJson(then.form)
      ? [{ severity: "Note", object, why: `a hook (${now.hook}) that both releases have, and that runs with each` }]
      : [
          {
            severity: "Warning",
            object,
            why: `a hook (${now.hook}) that differs: what the newer one did is not undone, and the older one runs`,
          },
        ];
  return [
    ...storedVersion(now, then),
    ...immutableChanges(now, then).map(({ field, why }): Finding => ({ severity: "Danger", object, why: `${field} ${why}` })),
  ];
}

interface Version {
  readonly name?: string;
  readonly served?: boolean;
  readonly storage?: boolean;
}

/** Objects are stored in the newer release's version by now; the older one's definition has to be able to read them. */
function storedVersion({ name: object, kind, form }: Manifest, { form: older }: Manifest): readonly Finding[] {
  if (kind !== "apiextensions.k8s.io/CustomResourceDefinition") return [];
  const stored = versionsOf(form).find(({ storage }) => storage === true)?.name;
  const before = versionsOf(older);
  const known = before.find(({ name }) => name === stored);
  const storedThen = before.find(({ storage }) => storage === true)?.name;
  if (stored === undefined || stored === storedThen) return [];
  if (known === undefined)
    return [
      {
        severity: "Danger",
        object,
        why: `objects are stored as ${stored}, which the older release does not have: the API server refuses it, or they can no longer be read`,
      },
    ];
  const served = known.served === true ? "" : ", which it does not serve";
  return [
    {
      severity: served === "" ? "Warning" : "Danger",
      object,
      why: `objects are stored as ${stored}${served}; the older release stores ${storedThen ?? "another version"}`,
    },
  ];
}

function versionsOf({ spec }: JsonObject): readonly Version[] {
  const versions = (spec as { readonly versions?: unknown } | undefined)?.versions;
  return Array.isArray(versions) ? (versions as readonly Version[]) : [];
}
