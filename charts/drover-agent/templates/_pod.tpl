{{/* What the pods of the agent and of the test of the installation have in common. */}}

{{- define "drover-agent.command" -}}
{{/* A small heap that is cleaned often, and WebAssembly (the HTTP parser) that is not optimised: about 30 MB, and no speed that could be measured. */ -}}
command:
  - node
  - --min-semi-space-size=2
  - --max-semi-space-size=2
  - --optimize-for-size
  - --liftoff-only
  - --max-old-space-size={{ .Values.maxHeapMiB }}
  - /app/drover-agent.mjs
{{- end -}}

{{- define "drover-agent.env" -}}
- { name: DROVER_API_URL, value: {{ required "apiUrl is needed: the address of the control plane's API" .Values.apiUrl | quote }} }
{{- if .Values.ca.sha256 }}
- { name: DROVER_CA_SHA256, value: {{ .Values.ca.sha256 | quote }} }
{{- else if or .Values.ca.pem .Values.ca.existingSecret }}
- { name: DROVER_CA_FILE, value: /var/run/drover/ca/ca.crt }
{{- end }}
- { name: DROVER_ENROLMENT_TOKEN_FILE, value: /var/run/drover/enrolment/token }
- name: DROVER_NAMESPACE
  valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
- name: DROVER_POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- { name: DROVER_LOG_LEVEL, value: {{ .Values.logLevel | quote }} }
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "drover-agent.volumeMounts" -}}
- { name: enrolment, mountPath: /var/run/drover/enrolment, readOnly: true }
{{- if or .Values.ca.pem .Values.ca.existingSecret }}
- { name: ca, mountPath: /var/run/drover/ca, readOnly: true }
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "drover-agent.volumes" -}}
- name: enrolment
  secret:
    secretName: {{ .Values.enrolment.existingSecret | default (printf "%s-enrolment" (include "drover-agent.fullname" .)) }}
    items: [{ key: {{ ternary "token" .Values.enrolment.existingSecretKey (empty .Values.enrolment.existingSecret) }}, path: token }]
    # Once enrolled, the agent needs no token and starts without this Secret.
    optional: true
{{- if .Values.ca.existingSecret }}
- name: ca
  secret:
    secretName: {{ .Values.ca.existingSecret }}
    items: [{ key: {{ .Values.ca.existingSecretKey }}, path: ca.crt }]
{{- else if .Values.ca.pem }}
- name: ca
  configMap: { name: {{ include "drover-agent.fullname" . }}-ca }
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "drover-agent.placement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.topologySpreadConstraints }}
topologySpreadConstraints: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}
