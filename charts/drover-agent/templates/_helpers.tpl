{{- define "drover-agent.selector" -}}
app.kubernetes.io/name: drover-agent
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "drover-agent.labels" -}}
{{ include "drover-agent.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
