{{- define "drover.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for what is appended to it. */}}
{{- define "drover.fullname" -}}
{{- $name := include "drover.name" . -}}
{{- $both := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $both .Values.fullnameOverride | trunc 44 | trimSuffix "-" -}}
{{- end -}}

{{/* Of the servers; other components replace theirs. */}}
{{- define "drover.selectorLabels" -}}
app.kubernetes.io/name: {{ include "drover.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end -}}

{{- define "drover.labels" -}}
{{ include "drover.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: drover
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "drover.serviceAccountName" -}}
{{- default (ternary (include "drover.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "drover.bootstrapAccountName" -}}
{{- ternary (printf "%s-bootstrap" (include "drover.serviceAccountName" .)) (include "drover.serviceAccountName" .) .Values.serviceAccount.create -}}
{{- end -}}

{{- define "drover.image" -}}
{{- with .Values.image -}}
{{- with .registry }}{{ . }}/{{ end -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end -}}

{{- define "drover.natsUrls" -}}
{{- if .Values.evaluation.enabled -}}
tls://{{ include "drover.fullname" . }}-nats.{{ .Release.Namespace }}.svc:{{ .Values.evaluation.nats.port }}
{{- else -}}
{{ required "nats.urls is needed: the addresses of your nats-servers; or evaluation.enabled=true to try Drover with one of its own" (join "," .Values.nats.urls) }}
{{- end -}}
{{- end -}}

{{/* What certificates must cover. */}}
{{- define "drover.tlsNames" -}}
{{- $name := include "drover.fullname" . -}}
{{- $names := list "localhost" -}}
{{- range list $name (printf "%s-nats" $name) -}}
{{- $names = concat $names (list . (printf "%s.%s" . $.Release.Namespace) (printf "%s.%s.svc" . $.Release.Namespace)) -}}
{{- end -}}
{{- with .Values.ingress }}{{ if and .enabled .host }}{{ $names = append $names .host }}{{ end }}{{ end -}}
{{- with .Values.route }}{{ if .enabled }}{{ $names = concat $names .hostnames .grpcHostnames }}{{ end }}{{ end -}}
{{ join "," (concat $names .Values.tls.names | uniq) }}
{{- end -}}
