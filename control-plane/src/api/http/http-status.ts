import { boundaries, type DroverError } from "@drover/kit";
import { errorCatalogue } from "@drover/proto/error-catalogue";

const ownStatus = new Map(
  Object.values(errorCatalogue).flatMap((area) =>
    Object.entries(area).flatMap(([code, { http }]) => (http === undefined ? [] : [[code, http] as const])),
  ),
);

/** The kind's, but where HTTP has a status for this very refusal. */
export const httpStatusOf = ({ kind, code }: DroverError): number => ownStatus.get(code) ?? boundaries[kind].http;
