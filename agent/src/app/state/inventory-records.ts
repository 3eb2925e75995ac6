import { hash } from "node:crypto";
import { DroverError } from "@drover/kit";
import { maxRecordBytes, type SecretRecord, stateLabel } from "./secret-records.ts";

/** What is in one Secret when an inventory needs several. 10,000 objects take 0.8 to 1.2 MB, compressed. */
const maxPieces = 16;

const digestOf = (gzip: Uint8Array): string => hash("sha256", gzip, "hex");

/** The Secret that says what the application owns. Its pieces, when it has some, have to be there before it. */
export function headRecord(application: string, gzip: Uint8Array): SecretRecord {
  const names = pieceRecords(application, gzip).map(({ name }) => name);
  return {
    name: `drover-inventory-${application}`,
    data: {
      inventory: Buffer.from(gzip.subarray(0, maxRecordBytes)),
      ...(names.length === 0 ? {} : { pieces: Buffer.from(names.join(",")), sha256: Buffer.from(digestOf(gzip)) }),
    },
    labels: { [stateLabel]: "inventory" },
  };
}

/** What does not fit into the head. No application's name has a dot, so no piece is ever taken for a head. */
export function pieceRecords(application: string, gzip: Uint8Array): readonly SecretRecord[] {
  const pieces = Math.ceil(gzip.length / maxRecordBytes);
  if (pieces > maxPieces) throw new RangeError(`the inventory of ${application} takes ${gzip.length} bytes`);
  if (pieces <= 1) return [];
  const digest = digestOf(gzip).slice(0, 16);
  return Array.from({ length: pieces - 1 }, (_, index) => ({
    name: `drover-inventory-${application}.${digest}.${index + 1}`,
    data: { gzip: Buffer.from(gzip.subarray((index + 1) * maxRecordBytes, (index + 2) * maxRecordBytes)) },
    labels: { [stateLabel]: "inventory-piece" },
  }));
}

export const piecesOf = ({ data }: Pick<SecretRecord, "data">): readonly string[] => data["pieces"]?.toString().split(",") ?? [];

/** The bytes that were stored. Throws INVENTORY_DAMAGED when a piece is missing or another's. */
export function joinPieces(head: SecretRecord, pieces: ReadonlyMap<string, SecretRecord>): Uint8Array {
  const names = piecesOf(head);
  const joined = Buffer.concat([
    head.data["inventory"] ?? Buffer.alloc(0),
    ...names.map((name) => pieces.get(name)?.data["gzip"] ?? Buffer.alloc(0)),
  ]);
  if (names.length > 0 && digestOf(joined) !== head.data["sha256"]?.toString())
    throw new DroverError("internal", "INVENTORY_DAMAGED", `read ${head.name}: a piece of it is missing or was changed`);
  return joined;
}
