import type { ApiDeps } from "../deps.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";
import type { Handlers } from "../operation.ts";

type Ids =
  | "listApplications"
  | "getApplication"
  | "listApplicationReleases"
  | "listApplicationPlacements"
  | "listEnvironments"
  | "getEnvironment"
  | "listStrategies"
  | "getStrategy"
  | "listProjects"
  | "getProject"
  | "listFreezes"
  | "getFreeze"
  | "listPlacements"
  | "getPlacement"
  | "listReleases"
  | "getRelease"
  | "getBundle"
  | "listFleetProblems";

export function fleetOperations({ fleet, releases }: Pick<ApiDeps["reads"], "fleet" | "releases">): Handlers<Ids> {
  return {
    listApplications: async (request) => pageAnswer(request, await fleet.listApplications(pageRequest(request))),
    getApplication: ({ params }) => fleet.getApplication(params.application),
    async listApplicationReleases(request) {
      await fleet.getApplication(request.params.application);
      return pageAnswer(request, await releases.list(pageRequest(request, request.params)));
    },
    async listApplicationPlacements(request) {
      await fleet.getApplication(request.params.application);
      return pageAnswer(request, await fleet.listPlacements(pageRequest(request, request.params)));
    },
    listEnvironments: async (request) => pageAnswer(request, await fleet.listEnvironments(pageRequest(request))),
    getEnvironment: ({ params }) => fleet.getEnvironment(params.environment),
    listStrategies: async (request) => pageAnswer(request, await fleet.listStrategies(pageRequest(request))),
    getStrategy: ({ params }) => fleet.getStrategy(params.strategy),
    listProjects: async (request) => pageAnswer(request, await fleet.listProjects(pageRequest(request))),
    getProject: ({ params }) => fleet.getProject(params.project),
    listFreezes: async (request) => pageAnswer(request, await fleet.listFreezes(pageRequest(request))),
    getFreeze: ({ params }) => fleet.getFreeze(params.freeze),
    async listPlacements(request) {
      await fleet.getEnvironment(request.params.environment);
      return pageAnswer(request, await fleet.listPlacements(pageRequest(request, request.params)));
    },
    getPlacement: ({ params }) => fleet.getPlacement(params.environment, params.application),
    listReleases: async (request) => pageAnswer(request, await releases.list(pageRequest(request))),
    getRelease: ({ params }) => releases.get(params.release),
    getBundle: ({ params }) => releases.getBundle(params.digest),
    listFleetProblems: async (request) => pageAnswer(request, await fleet.listProblems(pageRequest(request))),
  };
}
