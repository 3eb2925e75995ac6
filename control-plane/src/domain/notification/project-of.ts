import { defaultProject } from "@drover/proto/fleet";
import type { NotificationFacts } from "./facts.ts";

export const projectOf = ({ projects }: NotificationFacts, application: string): string => projects.get(application) ?? defaultProject;
