export { requiresSeen } from "./requires-seen.ts";
export { thirdPartyNotices } from "./third-party-notices.ts";
