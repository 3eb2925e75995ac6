import type { Comparison, Event, Filter } from "@drover/proto/rest";
import type { EventFilter } from "./event-reads.ts";

/** Whether an event passes, as the database judges it for those who read by themselves. */
export const matchesEvent = ({ kinds, subject, filter }: EventFilter, event: Event): boolean =>
  (kinds.length === 0 || kinds.includes(event.kind)) &&
  (subject === undefined || event.subject === subject || (subject.endsWith("/") && event.subject.startsWith(subject))) &&
  (filter === undefined || holds(filter, event));

function holds(filter: Filter, event: Event): boolean {
  switch (filter.kind) {
    case "compare":
      return compares(filter, event);
    case "not":
      return !holds(filter.term, event);
    case "and":
      return filter.terms.every((term) => holds(term, event));
    case "or":
      return filter.terms.some((term) => holds(term, event));
  }
}

function compares({ field, operator, value }: Comparison, event: Event): boolean {
  const isTime = field === "at";
  const own = String(event[field as "at" | "kind" | "subject"]);
  if (operator === ":") return value === "*" || own.toLowerCase().includes(value.toLowerCase());
  const [left, right] = isTime ? [Date.parse(own), Date.parse(value)] : [own, value];
  switch (operator) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}
