{{- define "drover-agent.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for what is appended to it. */}}
{{- define "drover-agent.fullname" -}}
{{- $name := include "drover-agent.name" . -}}
{{- $both := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $both .Values.fullnameOverride | trunc 48 | trimSuffix "-" -}}
{{- end -}}

{{/* Of cluster-scoped objects: releases of the same name live in several namespaces. */}}
{{- define "drover-agent.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "drover-agent.fullname" .) -}}
{{- end -}}

{{- define "drover-agent.selectorLabels" -}}
app.kubernetes.io/name: {{ include "drover-agent.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "drover-agent.labels" -}}
{{ include "drover-agent.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: agent
app.kubernetes.io/part-of: drover
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "drover-agent.serviceAccountName" -}}
{{- default (ternary (include "drover-agent.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{/* The subject of every binding. */}}
{{- define "drover-agent.subject" -}}
- kind: ServiceAccount
  name: {{ include "drover-agent.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{- define "drover-agent.image" -}}
{{- with .Values.image -}}
{{- with .registry }}{{ . }}/{{ end -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end -}}
