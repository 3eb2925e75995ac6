/** As the chart's own page has it. The authority's certificate is a file that the administrator has. */
export const agentCommand = (apiUrl: string, token: string): string =>
  `kubectl create namespace drover-system
helm install drover-agent charts/drover-agent --namespace drover-system \\
  --set apiUrl=${apiUrl} --set enrolment.token=${token} --set-file ca.pem=ca.crt \\
  --set profile=cluster-admin`;
