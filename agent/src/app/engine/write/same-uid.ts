import type { DroverError } from "@drover/kit";
import type { KubeObject } from "../../kube.ts";

/** The manifest for exactly the object with this uid: where another one has the name by now, the server refuses it. */
export const withUid = (manifest: KubeObject, uid: string): KubeObject => ({ ...manifest, metadata: { ...manifest.metadata, uid } });

/** How the server says that the name belongs to another object by now. */
export const isOtherUid = ({ code, details }: DroverError): boolean =>
  code === "KUBE_IMMUTABLE" && Array.isArray(details["fields"]) && details["fields"].every((field) => field === "metadata.uid");
