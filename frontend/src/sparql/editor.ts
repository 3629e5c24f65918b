/** The query editor: Yasqe without anything that would ask another server. */
import Yasqe from "@zazuko/yasqe";
import type { Editor as CodeMirrorEditor, KeyMap } from "codemirror";
import { loadStyle } from "../common/assets";
import { addCompletion } from "./completion";
import type { Prefixes } from "./names";

/** Make an editor in `host` that asks by calling `run`. */
export async function makeEditor(host: HTMLElement, text: string, prefixes: Prefixes, run: () => void): Promise<Editor> {
  await loadStyle("sparql.css");
  addCompletion(prefixes);
  const yasqe = new Yasqe(host, {
    value: text,
    autocompleters: ["variables", "terms"],
    persistenceId: null,
    consumeShareLink: null,
    showQueryButton: false,
    resizeable: false,
    prefixCcApi: null,
    editorHeight: "auto",
    screenReaderLabel: "SPARQL query",
  });
  // Tab leaves the editor, as everywhere on a page; otherwise who has no mouse is caught in it
  const options = yasqe as unknown as CodeMirrorEditor; // Yasqe's types narrow the names of options to its own
  const keys = { Tab: false as const, "Shift-Tab": false as const, "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": false as const };
  options.setOption("extraKeys", { ...(options.getOption("extraKeys") as KeyMap), ...keys });
  return new Editor(yasqe);
}

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

  /** Show where an error is: line and column count from 1. */
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
