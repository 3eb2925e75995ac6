import { gunzipSync, gzipSync } from "node:zlib";
import { toDroverError } from "@drover/kit";
import { bundleLimits } from "@drover/proto/wire";
import { decodeInventory, encodeInventory, type Inventory } from "../../domain/inventory.ts";
import { type Application, inventoryOf } from "../engine/application.ts";
import { maxRecordBytes, type SecretRecords, stateLabel } from "./secret-records.ts";

/** Keeps what each application owns. Compressed, 10,000 objects take about 450 KB, so that one Secret is enough. */
export interface Inventories {
  loadAll(signal: AbortSignal): Promise<readonly Inventory[]>;
  /** Stores what the application owns now; writes of one application follow each other. */
  save(application: Application): Promise<void>;
  remove(application: Application): Promise<void>;
}

const nameOfRecord = (application: string): string => `drover-inventory-${application}`;

export class InventoryStore implements Inventories {
  readonly #records: SecretRecords;
  readonly #signal: AbortSignal;
  readonly #versions = new Map<string, string>();
  /** What was stored last, to spare a write that would change nothing. */
  readonly #stored = new Map<string, string>();
  readonly #tails = new Map<string, Promise<void>>();

  constructor(records: SecretRecords, signal: AbortSignal) {
    this.#records = records;
    this.#signal = signal;
  }

  async loadAll(signal: AbortSignal): Promise<readonly Inventory[]> {
    const stored = await this.#records.list("inventory", signal);
    return stored.map(({ data, resourceVersion }) => {
      const text = gunzipSync(data["inventory"] ?? Buffer.alloc(0), { maxOutputLength: bundleLimits.bytes }).toString("utf8");
      const inventory = decodeInventory(text);
      this.#versions.set(inventory.application, resourceVersion);
      this.#stored.set(inventory.application, text);
      return inventory;
    });
  }

  save(application: Application): Promise<void> {
    return this.#after(application.name, () => this.#save(application));
  }

  remove({ name }: Application): Promise<void> {
    return this.#after(name, async () => {
      const stored = await this.#records.read(nameOfRecord(name), this.#signal);
      if (stored) await this.#records.remove(stored, this.#signal);
      this.#versions.delete(name);
      this.#stored.delete(name);
    });
  }

  async #save(application: Application): Promise<void> {
    const { name } = application;
    const text = encodeInventory(inventoryOf(application));
    if (this.#stored.get(name) === text) return;
    const inventory = gzipSync(text, { level: 1 });
    if (inventory.length > maxRecordBytes) throw new RangeError(`the inventory of ${name} takes ${inventory.length} bytes`);
    const record = { name: nameOfRecord(name), data: { inventory }, labels: { [stateLabel]: "inventory" } };
    try {
      this.#versions.set(name, await this.#records.write(record, this.#versions.get(name), this.#signal));
      this.#stored.set(name, text);
    } catch (thrown) {
      const { code } = toDroverError(thrown);
      if (code === "KUBE_STALE" || code === "KUBE_EXISTS" || code === "KUBE_NOT_FOUND") await this.#reread(name);
      throw thrown;
    }
  }

  /** The next attempt writes over what is there: this process is the only one that may apply. */
  async #reread(name: string): Promise<void> {
    const stored = await this.#records.read(nameOfRecord(name), this.#signal);
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
