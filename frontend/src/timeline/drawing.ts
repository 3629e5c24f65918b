/** The timeline as it is drawn: controls, bars, and the strip below. */
import { scaleUtc } from "d3-scale";
import { select } from "d3-selection";
import { type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";
import { make, settled } from "../common/dom";
import { drawn } from "../common/moments";
import { type Chart, drawAxis, drawBins, drawEvents } from "./bars";
import { Controls } from "./controls";
import { DAY, dayOf, inWords, type Span, spanOf, type Timeline } from "./data";
import { moveByKeys } from "./keys";
import { addFading, legend } from "./legend";
import { Overview } from "./overview";

const SHORTEST = 3 * DAY;
const SETTLED_MS = 250;

/** Where a timeline has its events from. */
export interface Source {
  /** Return the events and the span to show, null for everything; undefined when a later call has taken over. */
  load(): Promise<{ data: Timeline; view: Span | null } | undefined>;
  /** Hear which span the reader has settled on, null for everything. */
  settle(view: Span | null): void;
}

export class Drawing {
  readonly #place: HTMLElement;
  readonly #chart: Chart;
  readonly #frame = make("div", { hidden: true }); // until there is something to see, so that nothing jumps
  readonly #scroller = make("div", { class: "scroller" });
  readonly #controls: Controls;
  readonly #overview: Overview;
  readonly #source: Source;
  readonly #settle: (view: Span | null) => void;
  #data?: Timeline;
  #width = 0;
  #whole: Span = [0, DAY];
  #view: Span = [0, DAY];

  constructor(place: HTMLElement, source: Source) {
    this.#place = place;
    this.#source = source;
    this.#settle = settled(SETTLED_MS, (view) => source.settle(view));
    place.replaceChildren(this.#frame);
    this.#controls = new Controls(this.#frame, (span) => this.#go(span, true));
    this.#frame.append(this.#scroller);
    this.#chart = select(this.#scroller).append("svg").attr("class", "timeline").attr("role", "group")
      .attr("aria-label", "Timeline; the arrow keys go from event to event") as unknown as Chart;
    addFading(this.#chart);
    for (const part of ["axis", "bins", "events"]) this.#chart.append("g").attr("class", part);
    this.#overview = new Overview(this.#frame, (span, isFinal) => this.#go(span, isFinal));
    this.#frame.append(legend());
    moveByKeys(this.#chart.node() as SVGSVGElement);
    this.#zoomByPointer();
  }

  /** Fetch what is to be shown, and draw it. */
  async load(): Promise<void> {
    const found = await this.#source.load();
    if (!found) return;
    this.#data = found.data;
    this.#frame.hidden = false;
    this.#whole = spanOf(found.data);
    this.#view = found.view ?? this.#whole;
    this.render();
    this.#tell(found.data);
    drawn("timeline");
  }

  /** Draw it anew where there is more or less room; a drawing is itself a reason for its place to grow. */
  fit(): void {
    if (this.#place.clientWidth !== this.#width) this.render();
  }

  render(): void {
    if (!this.#data) return;
    const width = this.#place.clientWidth;
    this.#width = width;
    const scale = scaleUtc(this.#view.map((moment) => new Date(moment)), [0, width]);
    const { events, bins } = this.#data;
    const height = events ? drawEvents(this.#chart, events, scale) : drawBins(this.#chart, bins, scale);
    if (events) this.#chart.selectAll("g.bins rect").remove();
    else this.#chart.selectAll("g.events a").remove();
    this.#chart.attr("width", width).attr("height", height);
    drawAxis(this.#chart, scale, height);
    this.#overview.draw(width, this.#whole, this.#data.profile, this.#view);
    this.#controls.show(this.#view);
  }

  /** Bring a span into view; once the reader has settled on it, it is part of the choice. */
  #go(span: Span | null, isFinal: boolean): void {
    this.#view = span ? this.#within(span) : this.#whole;
    this.render();
    if (isFinal) this.#settle(span ? this.#view : null);
  }

  #within([from, to]: Span): Span {
    const length = Math.min(Math.max(to - from, SHORTEST), this.#whole[1] - this.#whole[0]);
    const middle = (from + to) / 2;
    const start = Math.min(Math.max(middle - length / 2, this.#whole[0]), this.#whole[1] - length);
    return [start, start + length];
  }

  #tell(data: Timeline): void {
    const span = `between ${inWords(dayOf(this.#view[0]))} and ${inWords(dayOf(this.#view[1] - 1))}`;
    const many = data.events ? "" : "; too many to tell apart, come closer to see each";
    const undated = data.undated ? `; ${data.undated.toLocaleString("en")} more have no date` : "";
    this.#controls.told.textContent = `${data.total.toLocaleString("en")} event${data.total === 1 ? "" : "s"} possibly under way ${span}${many}${undated}.`;
  }

  /** Drag to move, pinch or turn the wheel with Ctrl to zoom; the bare wheel scrolls the page as everywhere. */
  #zoomByPointer(): void {
    let start: Span = this.#view;
    const behaviour = zoom<SVGSVGElement, unknown>()
      .filter((event) => (event.type === "wheel" ? event.ctrlKey || event.metaKey : !event.button))
      .on("start", () => (start = this.#view))
      .on("zoom", (event) => event.sourceEvent && this.#go(spanUnder(event.transform, start, this.#place.clientWidth), false))
      .on("end", (event) => {
        if (!event.sourceEvent) return;
        this.#chart.call(behaviour.transform, zoomIdentity);
        this.#go(this.#view, true);
      });
    this.#chart.call(behaviour).on("dblclick.zoom", null);
  }
}

/** Return what of a span drawn over `width` pixels is in view after a transformation. */
function spanUnder(transform: ZoomTransform, [from, to]: Span, width: number): Span {
  const at = (pixel: number) => from + (transform.invertX(pixel) / width) * (to - from);
  return [at(0), at(width)];
}
