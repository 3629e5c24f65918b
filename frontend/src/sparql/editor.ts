/** The query editor: Yasqe with the site's prefixes, and without the parts that send requests to other servers. */
import Yasqe from "@zazuko/yasqe";
import type CodeMirror from "codemirror";
import { loadStylesheet } from "../shared/assets";
import { createElement } from "../shared/dom";
import { addCompletion } from "./completion";
import type { Prefixes } from "./iris";

const MODE = "sparql-with-our-prefixes";
const GUTTER = "gutterErrorBar";

interface State {
  OK: boolean;
  errorMsg?: string;
  possibleCurrent?: string[];
  prefixes: Prefixes;
}

/**
 * Create an editor.
 * @param host The element that gets the editor; it has to be on the page.
 * @param text The query at first.
 * @param prefixes Prefixes that need no declaration.
 * @param run Runs the query, called for Ctrl+Enter.
 * @returns The editor.
 */
export async function createEditor(host: HTMLElement, text: string, prefixes: Prefixes, run: () => void): Promise<Editor> {
  await loadStylesheet("sparql.css");
  addCompletion(prefixes);
  addMode(prefixes);
  Yasqe.defaults.autocompleters = ["variables", "terms"]; // the option would be merged with the defaults, two of which send requests to other servers
  const yasqe = new Yasqe(host, {
    value: "",
    mode: MODE,
    persistenceId: null,
    consumeShareLink: null,
    showQueryButton: false,
    resizeable: false,
    prefixCcApi: null,
    editorHeight: "auto",
    screenReaderLabel: "SPARQL query",
  });
  const options = yasqe as unknown as CodeMirror.Editor; // the types of Yasqe know only its own options
  // Tab moves to the next control; otherwise the editor would be a keyboard trap (WCAG 2.1.2)
  const keys = { Tab: false as const, "Shift-Tab": false as const, "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": false as const };
  options.setOption("extraKeys", { ...(options.getOption("extraKeys") as CodeMirror.KeyMap), ...keys });
  yasqe.checkSyntax = () => markFirstError(yasqe); // set before the text, which is checked at once
  yasqe.setValue(text);
  return new Editor(yasqe);
}

/** Register a variant of Yasqe's SPARQL mode in which the prefixes are declared from the start. */
function addMode(prefixes: Prefixes): void {
  const codeMirror = Yasqe as unknown as typeof CodeMirror;
  codeMirror.defineMode(MODE, (config) => {
    const sparql = codeMirror.getMode(config, "sparql11");
    return { ...sparql, startState: () => ({ ...(sparql.startState?.() as State), prefixes: { ...prefixes } }) };
  });
}

/** Mark the first line with a syntax error and add a plain text message. Yasqe's own mark has inline styles, which the content security policy forbids. */
function markFirstError(yasqe: Yasqe): void {
  yasqe.clearGutter(GUTTER);
  for (let line = 0; line < yasqe.getDoc().lineCount(); line++) {
    const { state } = yasqe.getTokenAt({ line, ch: yasqe.getDoc().getLine(line).length }, true) as unknown as { state: State };
    if (state.OK) continue;
    const expected = state.possibleCurrent?.length ? `; expected here: ${state.possibleCurrent.join(" ")}` : "";
    const words = state.errorMsg ?? `Syntax error${expected}`;
    yasqe.setGutterMarker(line, GUTTER, createElement("span", { class: "mark-wrong", title: words, role: "img", "aria-label": words }, "!"));
    return;
  }
}

/** A query editor. Lines and columns count from 1. */
export class Editor {
  #markedLine?: number;

  /** Wrap an editor of Yasqe; any change of the text removes the mark. */
  constructor(private readonly yasqe: Yasqe) {
    yasqe.on("change", () => this.#unmark());
  }

  /** The text of the query. */
  get text(): string {
    return this.yasqe.getValue();
  }

  /** Replace the text of the query. */
  set text(text: string) {
    this.yasqe.setValue(text);
  }

  /** Mark a line as wrong until the text changes. */
  markLine(line: number): void {
    this.#unmark();
    this.#markedLine = Math.min(line, this.yasqe.getDoc().lineCount()) - 1;
    this.yasqe.addLineClass(this.#markedLine, "background", "wrong");
  }

  /** Remove the mark. */
  #unmark(): void {
    if (this.#markedLine !== undefined) this.yasqe.removeLineClass(this.#markedLine, "background", "wrong");
    this.#markedLine = undefined;
  }

  /** Put the cursor at a position. The column counts Unicode characters, of which the editor counts some as two. */
  goTo(line: number, column: number): void {
    const before = Array.from(this.yasqe.getDoc().getLine(line - 1)).slice(0, column - 1).join("");
    this.yasqe.getDoc().setCursor({ line: line - 1, ch: before.length });
    this.yasqe.focus();
  }
}
