/** The result of a query, with a tab for each view. Pattern: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
import { createButton, createElement } from "../shared/dom";
import type { QueryResult } from "./endpoint";
import type { Prefixes } from "./iris";
import { type View, viewsOf } from "./views";

const STEPS: Partial<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** The part of the page that shows results. */
export class ResultTabs {
  readonly #host: HTMLElement;
  readonly #onChoice: (view: string) => void;
  #preferred: string; // the view that the reader chose last; the first view is shown where it does not fit

  /** Use `host`, whose content the first result replaces. `preferred` is the view to show first; `onChoice` is called with the view that the reader chooses. */
  constructor(host: HTMLElement, preferred: string, onChoice: (view: string) => void) {
    this.#host = host;
    this.#preferred = preferred;
    this.#onChoice = onChoice;
  }

  /** Replace what is shown by a result. */
  show(result: QueryResult, prefixes: Prefixes): void {
    const views = viewsOf(result, prefixes);
    const status = createElement("p", { class: "quiet" }, summary(result));
    if (result.boolean !== undefined) status.prepend(createElement("strong", { class: "lead" }, result.boolean ? "Yes. " : "No. "));
    const panel = createElement("div", { role: "tabpanel", id: "result-panel", tabindex: "-1" });
    const tabs = createElement("div", { role: "tablist", "aria-label": "Views of the result", class: "tabs" });
    let current: View | undefined;
    const open = (view: View | undefined, withFocus: boolean) => {
      if (!view) return;
      current = view;
      for (const tab of tabs.querySelectorAll<HTMLElement>("[role=tab]")) {
        const isOpen = tab.textContent === view.name;
        tab.setAttribute("aria-selected", String(isOpen));
        tab.tabIndex = isOpen ? 0 : -1;
        if (isOpen && withFocus) tab.focus();
      }
      panel.setAttribute("aria-label", view.name);
      void drawView(view, panel);
    };
    const choose = (view: View | undefined, withFocus: boolean) => {
      this.#preferred = view?.name ?? this.#preferred;
      open(view, withFocus);
      this.#onChoice(this.#preferred);
    };
    for (const view of views) tabs.append(createButton(view.name, () => choose(view, false), { role: "tab", "aria-controls": panel.id }));
    tabs.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      const position = views.findIndex((view) => view === current);
      choose(views[(position + step + views.length) % views.length], true);
    });
    const warnings = createElement("div", { class: "problem", role: "status" }, ...result.warnings.map((sentence) => createElement("p", {}, sentence)));
    this.#host.replaceChildren(...(result.warnings.length ? [warnings] : []), status, tabs, panel);
    open(views.find(({ name }) => name === this.#preferred) ?? views[0], false);
  }
}

/** Draw a view into the panel, or the error that prevents it. */
async function drawView(view: View, panel: HTMLElement): Promise<void> {
  try {
    await view.draw(panel);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    panel.replaceChildren(createElement("p", { class: "problem" }, `This view of the query result could not be drawn: ${reason}`));
  }
}

/** Return the size of a result and the time it took. */
function summary({ rows, columns, boolean, timeMs }: QueryResult): string {
  const time = `${timeMs < 10 ? timeMs.toFixed(1) : Math.round(timeMs).toLocaleString("en")} ms`;
  if (boolean !== undefined) return `Query answered in ${time}`;
  return columns.length ? `${rows.length.toLocaleString("en")} row${rows.length === 1 ? "" : "s"} in ${time}` : `Query answered in ${time}; the result is a set of statements (graph)`;
}
