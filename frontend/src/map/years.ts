/** A slider with a play button that filters the events by one year after the other; timeline and list follow the same filter. */
import { createButton, createElement } from "../shared/dom";
import { currentParameters, onFiltersChange, setFilters } from "../shared/filters";

const [FIRST, LAST] = [1931, 1945];
const STEP_MS = 1500;

/** A slider of years. `isPlaying` is true while it advances by itself. */
export class YearSlider {
  readonly element: HTMLElement;
  readonly #slider = createElement("input", { type: "range", min: String(FIRST), max: String(LAST), step: "1", "aria-label": "Year" });
  readonly #output = createElement("output");
  readonly #play = createButton("Play", () => (this.isPlaying ? this.#stop() : this.#start()));
  #timer: number | undefined;

  /** Create the slider; readers who prefer reduced motion get no play button. */
  constructor() {
    const all = createButton("All years", () => {
      this.#stop();
      setFilters({ from: undefined, to: undefined });
    });
    this.element = createElement("div", { class: "years", role: "group", "aria-label": "Year of the events" });
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.element.append(this.#play);
    this.element.append(this.#slider, this.#output, all);
    this.#slider.addEventListener("input", () => {
      this.#stop();
      this.#showYear(Number(this.#slider.value));
    });
    onFiltersChange(() => this.#follow());
    this.#follow();
  }

  /** True while the slider advances by itself. */
  get isPlaying(): boolean {
    return this.#timer !== undefined;
  }

  /** Advance by a year at a time, from the first year if the last one or all years are shown. */
  #start(): void {
    const year = chosenYear();
    this.#timer = window.setInterval(() => this.#advance(), STEP_MS);
    this.#play.textContent = "Pause";
    this.#showYear(year === undefined || year >= LAST ? FIRST : year + 1);
  }

  /** Show the next year, or stop after the last. */
  #advance(): void {
    const year = chosenYear();
    if (year === undefined || year >= LAST) this.#stop();
    else this.#showYear(year + 1);
  }

  /** Stop advancing. */
  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#play.textContent = "Play";
  }

  /** Filter by a year. */
  #showYear(year: number): void {
    setFilters({ from: `${year}-01-01`, to: `${year}-12-31` }, { replace: true });
  }

  /** Show the year of the filter. */
  #follow(): void {
    const year = chosenYear();
    if (year !== undefined) this.#slider.value = String(year);
    this.#output.value = year === undefined ? "all years" : String(year);
  }
}

/** Return the year that the filters select, if they select exactly one. */
function chosenYear(): number | undefined {
  const parameters = currentParameters();
  const year = /^(\d{4})-01-01$/.exec(parameters.get("from") ?? "")?.[1];
  return year && parameters.get("to") === `${year}-12-31` ? Number(year) : undefined;
}
