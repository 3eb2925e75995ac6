const part = encodeURIComponent;

/** Where each page is: the only place that knows, beside the router. */
export const paths = {
  applications: "/applications",
  application: (name: string) => `/applications/${part(name)}`,
  rollouts: "/rollouts",
  rollout: (id: string) => `/rollouts/${part(id)}`,
  cluster: (name: string) => `/clusters/${part(name)}`,
  live: (cluster: string, application: string) => `/clusters/${part(cluster)}/applications/${part(application)}`,
  file: (collection: string, name: string) => `/fleet/${part(collection)}/${part(name)}`,
} as const;
