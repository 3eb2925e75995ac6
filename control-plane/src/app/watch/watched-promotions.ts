import type { Promotion } from "@drover/proto/rest";
import type { ListRequest } from "../page.ts";
import type { PromotionReads } from "../read-models.ts";
import { narrowedList } from "./narrowed-list.ts";
import type { Watched } from "./watch-resource.ts";

const words = ["Created", "Committed", "Failed", "Started"];
const kinds = ["Promotion", "Rollback"].flatMap((kind) => words.map((word) => `${kind}${word}`));

export const watchedPromotions = (reads: Pick<PromotionReads, "list">, asked: ListRequest): Watched<Promotion> => ({
  events: { kinds, subject: "promotions/" },
  subjectsOf: ({ subject }) => [subject.slice("promotions/".length)],
  creates: ({ kind }) => kind.endsWith("Created"),
  isLasting: true,
  keyOf: ({ id }) => id,
  nameOf: ({ id }) => id,
  ...narrowedList(reads.list, asked, (ids) => ({ id: ids })),
});
