import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** As for JSON: far more than any operation needs. A megabyte of parts costs so much time that everybody else waits. */
const maxParts = 20_000;
/** What is deeper is refused by the reader of messages itself. */
const maxDepth = 100;

/** What is inside of a field that holds others. */
type Shape = (field: number) => Shape | undefined;

/** Whether a message is worth reading: not too many fields, elements and entries. One pass over its tags; throws where they are none. */
export function isModestMessage(message: DescMessage, bytes: Uint8Array): boolean {
  const reader = new BinaryReader(bytes);
  let parts = 0;
  const count = (shape: Shape, end: number, depth: number): void => {
    while (reader.pos < end && parts <= maxParts) {
      const [field, wireType] = reader.tag();
      parts += 1;
      const inner = wireType === WireType.LengthDelimited && depth < maxDepth ? shape(field) : undefined;
      if (inner === undefined) reader.skip(wireType, field);
      else count(inner, reader.uint32() + reader.pos, depth + 1);
    }
  };
  count(shapeOf(message), bytes.length, 0);
  return parts <= maxParts;
}

const mapValue = 2;

const shapeOf =
  ({ fields }: DescMessage): Shape =>
  (number) => {
    const field = fields.find((one) => one.number === number);
    if (field === undefined || field.fieldKind === "scalar") return undefined;
    const { message } = field;
    const inner = message === undefined ? undefined : shapeOf(message);
    return field.fieldKind === "map" ? (part) => (part === mapValue ? inner : undefined) : inner;
  };
