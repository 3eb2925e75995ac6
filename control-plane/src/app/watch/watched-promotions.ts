import type { Promotion } from "@drover/proto/rest";
import type { PromotionFilter, PromotionReads } from "../read-models.ts";
import { pickedList } from "./picked-list.ts";
import type { Watched } from "./watch-resource.ts";

const words = ["Created", "Committed", "Failed", "Started"];
const kinds = ["Promotion", "Rollback"].flatMap((kind) => words.map((word) => `${kind}${word}`));

export const watchedPromotions = (reads: Pick<PromotionReads, "list">, filter: PromotionFilter): Watched<Promotion> => ({
  events: { kinds, subject: "promotions/" },
  subjectsOf: ({ subject }) => [subject.slice("promotions/".length)],
  keyOf: ({ id }) => id,
  nameOf: ({ id }) => id,
  ...pickedList(reads.list, filter),
});
