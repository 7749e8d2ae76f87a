// What the pages take from CodeMirror 6. `src/tasks/site.mjs` makes one module of this file and all that it needs.
export {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  insertBracket,
} from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { json } from "@codemirror/lang-json";
export {
  bracketMatching,
  ensureSyntaxTree,
  HighlightStyle,
  syntaxHighlighting,
  syntaxTree,
} from "@codemirror/language";
export { lintGutter, lintKeymap, setDiagnostics, setDiagnosticsEffect } from "@codemirror/lint";
export { Annotation, Compartment, EditorState, RangeSet, StateField } from "@codemirror/state";
export { EditorView, GutterMarker, gutterLineClass, keymap, lineNumbers } from "@codemirror/view";
export { tags } from "@lezer/highlight";
