/** Shells that can be told how to complete. Each script asks `drover complete` and shows what it says: no shell is told anything else. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

// Words are taken from the line itself, since bash splits at = and :, and only what stands behind the last of them is replaced.
const bash = `# bash completion of drover. In ~/.bashrc: source <(drover completion bash)
_drover() {
  local line=\${COMP_LINE:0:COMP_POINT} words=() found current
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  current=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  while IFS=$'\\t' read -r found _; do
    case $found in
      :0) compopt -o default 2>/dev/null ;;
      :*) ;;
      *) COMPREPLY+=("$found") ;;
    esac
  done < <(drover complete -- "\${words[@]:1}" 2>/dev/null)
  [[ $current == *=* ]] && COMPREPLY=("\${COMPREPLY[@]#"\${current%%=*}="}")
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _drover drover
`;

// As a file of $fpath it is read when somebody first presses Tab, and has to answer that too. Equal descriptions would put names on one line.
const zsh = `#compdef drover
# zsh completion of drover. In ~/.zshrc, behind compinit: source <(drover completion zsh); or as the file _drover in a folder of $fpath
zstyle ':completion:*:*:drover:*' list-grouped false
_drover() {
  local -a found whole begun
  local line value said directive=4
  found=("\${(@f)$(drover complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)found}"; do
    value=\${\${line%%$'\\t'*}//:/\\\\:} said=\${line#*$'\\t'}
    case $line in
      :*) directive=\${line#:} ;;
      *=$'\\t'*) begun+=("$value\${said:+:$said}") ;;
      ?*) whole+=("$value\${said:+:$said}") ;;
    esac
  done
  (( \${#whole} )) && _describe -V drover whole
  (( \${#begun} )) && _describe -V drover begun -S ''
  (( directive == 0 )) && { [[ $PREFIX == -*=* ]] && compset -P '*='; _files }
  return 0
}
if [[ $funcstack[1] == _drover ]]; then _drover "$@"; else compdef _drover drover; fi
`;

const fish = `# fish completion of drover: drover completion fish > ~/.config/fish/completions/drover.fish
function __drover_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found (drover complete -- $words[2..-1] $current 2>/dev/null)
    if contains -- :0 $found
        set -l flag (string match -r -- '^-[^=]*=' $current)
        string join \\n -- "$flag"(__fish_complete_path (string replace -r -- '^-[^=]*=' '' $current))
    end
    string match -v -- ':*' $found
end
complete -c drover -f -k -a '(__drover_complete)'
`;

const powershell = `# PowerShell completion of drover. In $PROFILE: drover completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName drover -ScriptBlock {
  param($current, $line, $cursor)
  $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($current -eq '') { $words += '' }
  drover complete -- @words 2>$null | Where-Object { $_ -and $_ -notlike ':*' } | ForEach-Object {
    $value, $description = $_ -split "\`t", 2
    if (-not $description) { $description = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
  }
}
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
