/** Where an answer is shown: a tab for each view that fits it. Source: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
import { button, make } from "../common/dom";
import type { Answer } from "./answers";
import type { Prefixes } from "./names";
import { type View, viewsOf } from "./views";

export class Results {
  readonly #place: HTMLElement;
  #chosen = "Table"; // by the reader; where it does not fit an answer the first view that fits is shown instead

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  show(answer: Answer, prefixes: Prefixes): void {
    const views = viewsOf(answer, prefixes).filter(({ fits }) => fits);
    const told = make("p", { class: "quiet" }, summary(answer));
    if (answer.boolean !== undefined) told.prepend(make("strong", { class: "lead" }, answer.boolean ? "Yes. " : "No. "));
    const panel = make("div", { role: "tabpanel", id: "answer-panel", tabindex: "-1" });
    const tabs = make("div", { role: "tablist", "aria-label": "Views of the answer", class: "tabs" });
    let current = "";
    const open = (view: View, withFocus: boolean) => {
      current = view.name;
      for (const tab of tabs.querySelectorAll<HTMLElement>("[role=tab]")) {
        const isOpen = tab.textContent === view.name;
        tab.setAttribute("aria-selected", String(isOpen));
        tab.tabIndex = isOpen ? 0 : -1;
        if (isOpen && withFocus) tab.focus();
      }
      panel.setAttribute("aria-label", view.name);
      void Promise.resolve(view.draw(panel)).catch((error) => panel.replaceChildren(make("p", { class: "problem" }, `This view could not be drawn: ${error.message}`)));
    };
    const choose = (view: View, withFocus: boolean) => {
      this.#chosen = view.name;
      open(view, withFocus);
    };
    for (const view of views) tabs.append(button(view.name, () => choose(view, false), { role: "tab", "aria-controls": panel.id }));
    tabs.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const now = views.findIndex(({ name }) => name === current);
      choose(views[(now + step + views.length) % views.length] as View, true);
    });
    this.#place.replaceChildren(told, tabs, panel);
    const first = views.find(({ name }) => name === this.#chosen) ?? views[0];
    if (first) open(first, false);
  }
}

function summary({ rows, columns, boolean, time_ms }: Answer): string {
  const time = `${time_ms < 10 ? time_ms.toFixed(1) : Math.round(time_ms).toLocaleString("en")} ms`;
  if (boolean !== undefined) return `answered in ${time}`;
  return columns.length ? `${rows.length.toLocaleString("en")} row${rows.length === 1 ? "" : "s"} in ${time}` : `A graph, in ${time}`;
}
