export const objectTabs = ["diff", "yaml", "events", "logs"] as const;
export type ObjectTab = (typeof objectTabs)[number];
