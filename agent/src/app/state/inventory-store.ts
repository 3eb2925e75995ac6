import { gunzipSync, gzipSync } from "node:zlib";
import { DroverError, toDroverError } from "@drover/kit";
import type { Log } from "@drover/kit/node";
import { bundleLimits } from "@drover/proto/wire";
import { fingerprint } from "../../domain/fingerprint.ts";
import { decodeInventory, encodeInventory, type Inventory } from "../../domain/inventory.ts";
import { type Application, inventoryOf } from "../engine/application.ts";
import { headRecord, joinPieces, pieceRecords, piecesOf } from "./inventory-records.ts";
import { type SecretRecords, type StoredRecord, stateLabel } from "./secret-records.ts";

/** Keeps what each application owns. */
export interface Inventories {
  loadAll(signal: AbortSignal): Promise<readonly Inventory[]>;
  /** Stores what the application owns now; writes of one application follow each other. */
  save(application: Application): Promise<void>;
  remove(application: Application): Promise<void>;
}

/**
 * Inventories as Secrets: a head, and pieces beside it when one Secret is too small. Pieces are named by the digest of the
 * whole and written before the head, whose compare-and-set is the moment from which the new inventory counts; a crash
 * anywhere leaves the old one or the new one, and at worst pieces that the next start removes.
 */
export class InventoryStore implements Inventories {
  readonly #records: SecretRecords;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #versions = new Map<string, string>();
  /** Fingerprints of what was stored last, to spare a write that would change nothing. */
  readonly #stored = new Map<string, string>();
  /** Names of the pieces of what was stored last. */
  readonly #pieces = new Map<string, readonly string[]>();
  readonly #tails = new Map<string, Promise<void>>();

  constructor(records: SecretRecords, log: Log, signal: AbortSignal) {
    this.#records = records;
    this.#log = log;
    this.#signal = signal;
  }

  async loadAll(signal: AbortSignal): Promise<readonly Inventory[]> {
    const heads = await this.#records.list("inventory", signal);
    const pieces = new Map((await this.#records.list("inventory-piece", signal)).map((piece) => [piece.name, piece]));
    const inventories = heads.flatMap((head) => this.#load(head, pieces) ?? []);
    const named = new Set(heads.flatMap(piecesOf));
    for (const piece of pieces.values()) if (!named.has(piece.name)) await this.#records.remove(piece, signal);
    return inventories;
  }

  #load(head: StoredRecord, pieces: ReadonlyMap<string, StoredRecord>): Inventory | undefined {
    const application = head.name.slice(headRecord("", Buffer.alloc(0)).name.length);
    this.#versions.set(application, head.resourceVersion);
    try {
      const text = gunzipSync(joinPieces(head, pieces), { maxOutputLength: bundleLimits.bytes }).toString("utf8");
      const inventory = decodeInventory(text);
      this.#stored.set(application, fingerprint(text));
      this.#pieces.set(application, piecesOf(head));
      return inventory;
    } catch (err) {
      // Nothing that it had can be deleted any more; what is in git is known again by its label as it is applied.
      this.#log.error({ err, application }, "the inventory of an application is damaged and begins anew");
      return undefined;
    }
  }

  save(application: Application): Promise<void> {
    return this.#after(application.name, () => this.#save(application));
  }

  remove({ name }: Application): Promise<void> {
    return this.#after(name, async () => {
      const stored = await this.#records.read(headRecord(name, Buffer.alloc(0)).name, this.#signal);
      if (stored) await this.#records.remove(stored, this.#signal);
      this.#versions.delete(name);
      this.#stored.delete(name);
      await this.#removePieces(this.#pieces.get(name) ?? []);
      this.#pieces.delete(name);
    });
  }

  async #save(application: Application): Promise<void> {
    const { name } = application;
    // Who has nothing and no record needs none; one that was just removed must not come back.
    if (application.objects.size === 0 && !application.sync && !this.#versions.has(name)) return;
    const text = encodeInventory(inventoryOf(application));
    const print = fingerprint(text);
    if (this.#stored.get(name) === print) return;
    const gzip = gzipSync(text, { level: 1 });
    const head = headRecord(name, gzip);
    try {
      for (const piece of pieceRecords(name, gzip)) await this.#writePiece(piece);
      this.#versions.set(name, await this.#records.write(head, this.#versions.get(name), this.#signal));
      this.#stored.set(name, print);
    } catch (thrown) {
      const { code } = toDroverError(thrown);
      if (code === "KUBE_STALE" || code === "KUBE_EXISTS" || code === "KUBE_NOT_FOUND") await this.#reread(name);
      throw thrown;
    }
    const before = this.#pieces.get(name) ?? [];
    const now = piecesOf(head);
    this.#pieces.set(name, now);
    await this.#removePieces(before.filter((piece) => !now.includes(piece)));
  }

  /** One that is there already holds the same bytes: its name says which. */
  async #writePiece(piece: ReturnType<typeof pieceRecords>[number]): Promise<void> {
    try {
      await this.#records.write(piece, undefined, this.#signal);
    } catch (thrown) {
      if (!(thrown instanceof DroverError && thrown.code === "KUBE_EXISTS")) throw thrown;
    }
  }

  /** They are nobody's any more; one that stays is removed by the next start. */
  async #removePieces(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const stored = await this.#records.read(name, this.#signal);
      if (stored?.labels[stateLabel] === "inventory-piece") await this.#records.remove(stored, this.#signal);
    }
  }

  /** The next attempt writes over what is there: this process is the only one that may apply. */
  async #reread(name: string): Promise<void> {
    const stored = await this.#records.read(headRecord(name, Buffer.alloc(0)).name, this.#signal);
    this.#stored.delete(name);
    if (stored) this.#versions.set(name, stored.resourceVersion);
    else this.#versions.delete(name);
  }

  #after(name: string, work: () => Promise<void>): Promise<void> {
    const mine = (this.#tails.get(name) ?? Promise.resolve()).then(work, work);
    this.#tails.set(
      name,
      mine.catch(() => {}),
    );
    return mine;
  }
}
