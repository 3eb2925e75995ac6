{{/* What the pods of servers, bootstrap and the test of the installation have in common. */}}

{{- define "drover.command" -}}
command:
  - node
  - --max-old-space-size={{ .Values.maxHeapMiB }}
  - /app/main.mjs
{{- end -}}

{{- define "drover.placement" -}}
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

{{/* The pod of bootstrap, of the first run and of every renewal. */}}
{{- define "drover.bootstrapPod" -}}
metadata:
  labels: {{- include "drover.labels" . | replace "component: server" "component: bootstrap" | nindent 4 }}
spec:
  restartPolicy: OnFailure
  serviceAccountName: {{ include "drover.bootstrapAccountName" . }}
  automountServiceAccountToken: true
  enableServiceLinks: false
  securityContext: {{- toYaml .Values.podSecurityContext | nindent 4 }}
  {{- with include "drover.placement" . | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  containers:
    - name: bootstrap
      image: {{ include "drover.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      {{- include "drover.command" . | nindent 6 }}
      args: [bootstrap]
      env:
        - { name: DROVER_DATA_DIR, value: /var/lib/drover }
        - { name: DROVER_BOOTSTRAP_SECRETS, value: {{ include "drover.fullname" . }} }
        - { name: DROVER_BOOTSTRAP_RESTARTS, value: "deployment/{{ include "drover.fullname" . }}{{ if .Values.evaluation.enabled }},statefulset/{{ include "drover.fullname" . }}-nats{{ end }}" }
        - { name: DROVER_TLS_NAMES, value: {{ include "drover.tlsNames" . | quote }} }
        - { name: DROVER_NATS_LISTEN, value: "0.0.0.0:{{ .Values.evaluation.nats.port }}" }
        - { name: DROVER_LOG_LEVEL, value: {{ .Values.logLevel | quote }} }
      resources: {{- toYaml .Values.bootstrap.resources | nindent 8 }}
      securityContext: {{- toYaml .Values.securityContext | nindent 8 }}
      volumeMounts:
        - { name: scratch, mountPath: /var/lib/drover }
  volumes:
    - name: scratch
      emptyDir: { sizeLimit: 64Mi }
{{- end -}}
