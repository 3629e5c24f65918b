/** Controls of the timeline that need no mouse: two dates, and buttons to zoom and move. */
import { createButton, createElement, createField } from "../shared/dom";
import { DAY_MS, dayOf, endOf, type Span, startOf } from "./data";

/** The controls, with a status line below them. */
export class Controls {
  readonly status = createElement("p", { class: "quiet", role: "status" });
  readonly #from = createElement("input", { type: "date" });
  readonly #to = createElement("input", { type: "date" });
  readonly #parts: HTMLButtonElement;
  #view: Span = [0, DAY_MS];
  #withParts = false;

  /**
   * Append the controls to `host`; `go` is called with the span that the reader chooses, or null for all events, and `redraw` when the
   * reader shows or hides parts.
   */
  constructor(host: HTMLElement, go: (span: Span | null) => void, redraw: () => void) {
    const switchParts = () => {
      this.#withParts = !this.#withParts;
      redraw();
    };
    this.#parts = createButton("Show parts of events", switchParts, { hidden: true });
    for (const input of [this.#from, this.#to]) {
      input.addEventListener("change", () => {
        const [from, to] = [this.#from.value, this.#to.value];
        if (from && to && from <= to) go([startOf(from), endOf(to)]);
      });
    }
    const moveButton = (label: string, move: (from: number, to: number, length: number) => Span) =>
      createButton(label, () => go(move(...this.#view, this.#view[1] - this.#view[0])));
    host.append(
      createElement(
        "div",
        { class: "controls" },
        createField("From", this.#from),
        createField("To", this.#to),
        moveButton("Zoom in", (from, to, length) => [from + length / 4, to - length / 4]),
        moveButton("Zoom out", (from, to, length) => [from - length / 2, to + length / 2]),
        moveButton("Earlier", (from, to, length) => [from - length / 2, to - length / 2]),
        moveButton("Later", (from, to, length) => [from + length / 2, to + length / 2]),
        createButton("Show all", () => go(null)),
        this.#parts,
      ),
      this.status,
    );
  }

  /** True if the reader wants to see the parts of all events. */
  get withParts(): boolean {
    return this.#withParts;
  }

  /** Offer to show the parts of events that are not drawn, or to hide them again. */
  showHidden(parts: number): void {
    this.#parts.hidden = !parts && !this.#withParts;
    this.#parts.textContent = this.#withParts ? "Hide parts of events" : `Show ${parts.toLocaleString("en")} parts of events`;
  }

  /** Show the days of the span in view. */
  show(view: Span): void {
    this.#view = view;
    this.#from.value = dayOf(view[0]);
    this.#to.value = dayOf(view[1] - 1);
  }
}
