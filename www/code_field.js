// What each field of CodeMirror 6 has, whatever is written in it.
import {
  autocompletion,
  bracketMatching,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  defaultKeymap,
  EditorState,
  EditorView,
  history,
  historyKeymap,
  keymap,
  lintKeymap,
} from "./packages/codemirror.js";

/**
 * @typedef {object} CodeField
 * @property {any} view
 * @property {(text: string) => void} fill  without a call of `changed`
 * @property {(text: string) => void} begin  as `fill`, and nothing that stood there before comes back with "undo"
 */

/**
 * @param {{ text: string, changed: () => void, attributes: Record<string, string>, extensions: any[] }} options
 *   `changed` is called for what the reader writes; `attributes` are those of the element that has the focus
 * @returns {CodeField}
 */
export function codeField({ text, changed, attributes, extensions }) {
  let isFilling = false;
  const all = [
    history(),
    bracketMatching(),
    closeBrackets(),
    EditorView.domEventHandlers({ beforeinput: replaced }),
    // No key for Tab: it leaves the field, as it leaves any other.
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
    EditorView.contentAttributes.of({ tabindex: "0", autocapitalize: "off", spellcheck: "false", ...attributes }),
    EditorView.updateListener.of((/** @type {any} */ update) => {
      if (update.docChanged && !isFilling) changed();
    }),
    ...extensions,
  ];
  const view = new EditorView({ state: EditorState.create({ doc: text, extensions: all }) });
  return {
    view,
    fill(now) {
      isFilling = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } });
      isFilling = false;
    },
    begin: (now) => view.setState(EditorState.create({ doc: now, extensions: all })),
  };
}

/**
 * The extension that offers what a source gives for a context of CodeMirror.
 * @param {import("@codemirror/autocomplete").CompletionSource} source
 */
export function completion(source) {
  return autocompletion({ override: [source], icons: false });
}

/**
 * Text in place of a selection. Chromium would give it the colours of what was there, as a style that the page's policy forbids.
 * @param {InputEvent} event
 * @param {any} view
 */
function replaced(event, view) {
  if (event.inputType !== "insertText" || event.data === null || view.composing) return false;
  if (view.state.selection.main.empty) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}
