import type { DeletePrecondition, KubeObject, ObjectRef } from "../../src/app/kube.ts";
import { annotationOf, labelOf, resourceVersionOf, uidOf } from "../../src/domain/manifest-fields.ts";
import { groupOf, keyOf } from "../../src/domain/manifest.ts";
import { ownerLabel } from "../../src/domain/owner.ts";

interface Book {
  /** uids that the agent's applies answered, by object. */
  readonly made: Map<string, Set<string>>;
  wanted: ReadonlySet<string>;
  isEmpty: boolean;
  /** What is asked for: a removal is held by other rules, and these histories have nothing that it holds. */
  asked: "bundle" | "Delete" | "Orphan" | "either";
  /** Released by a person and not wanted since. */
  readonly approved: Set<string>;
  /** Deleted under the bundle in force without an approval. */
  deleted: Set<string>;
  /** Objects that were there when the bundle came in force, and those that came with it. */
  owned: ReadonlySet<string>;
}

/**
 * Keeps books of what an agent may delete, by rules of its own: deleted ⊆ owned ∧ (approved ∨ under the threshold). A breach is kept
 * until somebody checks, because the agent would take a throw for a failure of the cluster.
 */
export class DeletionJudge {
  readonly #applications: ReadonlyMap<string, string>;
  readonly #look: (ref: ObjectRef) => Promise<KubeObject | undefined>;
  readonly #books = new Map<string, Book>();
  readonly #breaches: string[] = [];
  applies = 0;
  deletions = 0;

  /** `applications`: names by owner label. */
  constructor(applications: ReadonlyMap<string, string>, look: (ref: ObjectRef) => Promise<KubeObject | undefined>) {
    this.#applications = applications;
    this.#look = look;
    for (const name of applications.values())
      this.#books.set(name, {
        made: new Map(),
        wanted: new Set(),
        isEmpty: true,
        asked: "bundle",
        approved: new Set(),
        deleted: new Set(),
        owned: new Set(),
      });
  }

  made(application: string, key: string, uid: string): boolean {
    return this.#books.get(application)!.made.get(key)?.has(uid) === true;
  }

  /** A new bundle is on its way: until the agent has it, only what both have is surely wanted. */
  announced(application: string, keys: readonly string[], asked: Book["asked"] = "bundle"): void {
    const book = this.#books.get(application)!;
    if (book.asked !== asked) book.asked = "either";
    book.isEmpty &&= keys.length === 0;
    book.wanted = new Set(keys.filter((key) => book.wanted.has(key)));
    book.deleted = new Set();
    book.owned = new Set([...book.made.keys(), ...keys]);
  }

  takenUp(application: string, keys: readonly string[]): void {
    const book = this.#books.get(application)!;
    for (const key of keys) book.approved.delete(key);
    book.asked = "bundle";
    book.isEmpty = keys.length === 0;
    book.wanted = new Set(keys);
  }

  removing(application: string, policy: "Delete" | "Orphan"): void {
    this.#books.get(application)!.asked = policy;
  }

  approved(application: string, keys: readonly string[]): void {
    for (const key of keys) this.#books.get(application)!.approved.add(key);
  }

  applied(object: KubeObject): void {
    const application = this.#applications.get(labelOf(object, ownerLabel) ?? "");
    if (application === undefined) return;
    this.applies += 1;
    const id = {
      group: groupOf(object.apiVersion),
      kind: object.kind,
      namespace: String(object.metadata["namespace"]),
      name: object.metadata.name,
    };
    const { made } = this.#books.get(application)!;
    made.set(keyOf(id), (made.get(keyOf(id)) ?? new Set()).add(uidOf(object)));
  }

  /** Called before the deletion reaches the cluster; one that its preconditions refuse is no deletion. */
  async deleting(ref: ObjectRef, { uid, resourceVersion }: DeletePrecondition): Promise<void> {
    if (ref.resource.kind === "Secret" || ref.resource.kind === "Lease") return;
    const key = keyOf({ ...ref.resource, namespace: ref.namespace, name: ref.name });
    if (resourceVersion === undefined) this.#breaches.push(`${key}: no resourceVersion as precondition`);
    const live = await this.#look(ref);
    if (!live || uidOf(live) !== uid || resourceVersionOf(live) !== resourceVersion) return;
    const application = this.#applications.get(labelOf(live, ownerLabel) ?? "");
    if (application === undefined) return void this.#breaches.push(`${key}: is nobody's`);
    this.deletions += 1;
    this.#judge(application, key, live);
  }

  #judge(application: string, key: string, live: KubeObject): void {
    const book = this.#books.get(application)!;
    const breach = (why: string): void => void this.#breaches.push(`${key} of ${application}: ${why}`);
    if (!book.made.get(key)?.has(uidOf(live))) breach("was never made by the agent");
    for (const [name, { wanted }] of this.#books) if (wanted.has(key)) breach(`is wanted by ${name}`);
    if (book.asked === "Orphan") breach("is to stay");
    if (book.asked !== "bundle") return;
    if (annotationOf(live, "drover.dev/prune") === "disabled") breach("is protected");
    if (book.approved.has(key)) return;
    book.deleted.add(key);
    const { size } = book.deleted;
    if (live.kind === "StatefulSet" || annotationOf(live, "drover.dev/prune") === "confirm") breach("needs an approval");
    if (book.isEmpty) breach("its bundle is empty");
    if (size > 20 && size > 0.3 * book.owned.size) breach(`is number ${size} of ${book.owned.size}`);
  }

  check(): void {
    if (this.#breaches.length > 0) throw new Error(this.#breaches.join("; "));
  }
}
