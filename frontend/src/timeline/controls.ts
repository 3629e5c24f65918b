/** What moves the timeline without a mouse: two days, and buttons for closer, wider, earlier and later. */
import { announcer, button, field, make } from "../common/dom";
import { DAY, dayOf, endOf, type Span, startOf } from "./data";

/** The controls in `host`; `go` is called with the span that the reader asks for, null for everything. */
export class Controls {
  readonly told = announcer();
  readonly #from = make("input", { type: "date" });
  readonly #to = make("input", { type: "date" });
  #view: Span = [0, DAY];

  constructor(host: HTMLElement, go: (span: Span | null) => void) {
    for (const input of [this.#from, this.#to]) {
      input.addEventListener("change", () => {
        const [from, to] = [this.#from.value, this.#to.value];
        if (from && to && from <= to) go([startOf(from), endOf(to)]);
      });
    }
    const move = (act: (from: number, to: number, length: number) => Span) => () => go(act(...this.#view, this.#view[1] - this.#view[0]));
    host.append(
      make(
        "div",
        { class: "controls" },
        field("From", this.#from),
        field("to", this.#to),
        button("Closer", move((from, to, length) => [from + length / 4, to - length / 4])),
        button("Wider", move((from, to, length) => [from - length / 2, to + length / 2])),
        button("Earlier", move((from, to, length) => [from - length / 2, to - length / 2])),
        button("Later", move((from, to, length) => [from + length / 2, to + length / 2])),
        button("Everything", () => go(null)),
      ),
      this.told,
    );
  }

  show(view: Span): void {
    this.#view = view;
    this.#from.value = dayOf(view[0]);
    this.#to.value = dayOf(view[1] - 1);
  }
}
