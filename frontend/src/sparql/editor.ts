/** The query editor: Yasqe without anything that would ask another server, and with our prefixes known. */
import Yasqe from "@zazuko/yasqe";
import type CodeMirror from "codemirror";
import { loadStyle } from "../common/assets";
import { make } from "../common/dom";
import { addCompletion } from "./completion";
import type { Prefixes } from "./names";

const MODE = "sparql-with-our-prefixes";
const GUTTER = "gutterErrorBar";

interface State {
  OK: boolean;
  errorMsg?: string;
  possibleCurrent?: string[];
  prefixes: Prefixes;
}

/** Make an editor in `host` that asks by calling `run`. */
export async function makeEditor(host: HTMLElement, text: string, prefixes: Prefixes, run: () => void): Promise<Editor> {
  await loadStyle("sparql.css");
  addCompletion(prefixes);
  addMode(prefixes);
  Yasqe.defaults.autocompleters = ["variables", "terms"]; // a list in the options would only be laid over its own, two of which ask elsewhere
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
  const options = yasqe as unknown as CodeMirror.Editor; // Yasqe's types narrow the names of options to its own
  // Tab leaves the editor, as everywhere on a page; otherwise who has no mouse is caught in it
  const keys = { Tab: false as const, "Shift-Tab": false as const, "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": false as const };
  options.setOption("extraKeys", { ...(options.getOption("extraKeys") as CodeMirror.KeyMap), ...keys });
  yasqe.checkSyntax = () => markFirstError(yasqe); // before there is any text that could be wrong
  yasqe.setValue(text);
  return new Editor(yasqe);
}

/** Register Yasqe's SPARQL mode with our prefixes declared from the start, as the server has them. */
function addMode(prefixes: Prefixes): void {
  const codeMirror = Yasqe as unknown as typeof CodeMirror;
  codeMirror.defineMode(MODE, (config) => {
    const sparql = codeMirror.getMode(config, "sparql11");
    return { ...sparql, startState: () => ({ ...(sparql.startState?.() as State), prefixes: { ...prefixes } }) };
  });
}

/** Mark the first line with an error, and say what is wrong as plain text; Yasqe's own mark is markup with styles inside. */
function markFirstError(yasqe: Yasqe): void {
  yasqe.clearGutter(GUTTER);
  for (let line = 0; line < yasqe.getDoc().lineCount(); line++) {
    const { state } = yasqe.getTokenAt({ line, ch: yasqe.getDoc().getLine(line).length }, true) as unknown as { state: State };
    if (state.OK) continue;
    const expected = state.possibleCurrent?.length ? `; expected here: ${state.possibleCurrent.join(" ")}` : "";
    const words = state.errorMsg ?? `This cannot be right${expected}`;
    yasqe.setGutterMarker(line, GUTTER, make("span", { class: "mark-wrong", title: words, role: "img", "aria-label": words }, "!"));
    return;
  }
}

/** The editor as the page uses it: a text, and a line that is marked as wrong. Lines and columns count from 1. */
export class Editor {
  #marked?: number;

  constructor(private readonly yasqe: Yasqe) {
    yasqe.on("change", () => this.unmark());
  }

  get text(): string {
    return this.yasqe.getValue();
  }

  set text(text: string) {
    this.yasqe.setValue(text);
  }

  mark(line: number): void {
    this.unmark();
    this.#marked = Math.min(line, this.yasqe.getDoc().lineCount()) - 1;
    this.yasqe.addLineClass(this.#marked, "background", "wrong");
  }

  unmark(): void {
    if (this.#marked !== undefined) this.yasqe.removeLineClass(this.#marked, "background", "wrong");
    this.#marked = undefined;
  }

  goTo(line: number, column: number): void {
    this.yasqe.getDoc().setCursor({ line: line - 1, ch: column - 1 });
    this.yasqe.focus();
  }
}
