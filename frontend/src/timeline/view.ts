/** The timeline on the page: controls, bars, overview strip and legend. */
import { scaleUtc } from "d3-scale";
import { select, type Selection } from "d3-selection";
import { type D3ZoomEvent, type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";
import { createElement, debounce } from "../shared/dom";
import { addDownloads } from "../shared/downloads";
import { markDrawn } from "../shared/performance";
import { drawAxis, drawBins, drawEvents } from "./bars";
import { addCard } from "./card";
import { Controls } from "./controls";
import { DAY_MS, dayOf, type Event, formatDay, type Span, spanOf, type Timeline, toTable } from "./data";
import { addArrowKeys } from "./keyboard";
import { addGradients, createLegend } from "./legend";
import { Overview } from "./overview";

const MIN_SPAN_MS = 3 * DAY_MS;
const SETTLE_MS = 250;

/** The source of a timeline's events. */
export interface TimelineSource {
  /** Return the events and the span to show, null for all; return undefined if a later call has replaced this one. */
  load(): Promise<{ data: Timeline; view: Span | null } | undefined>;
  /** Receive the span that the reader has settled on, null for all. */
  settle(view: Span | null): void;
}

/** A timeline in an element of the page. */
export class TimelineView {
  readonly #host: HTMLElement;
  readonly #chart: Selection<SVGSVGElement, unknown, null, undefined>;
  readonly #frame = createElement("div", { class: "frame", hidden: true }); // until it has content, so that the layout does not shift
  readonly #controls: Controls;
  readonly #overview: Overview;
  readonly #source: TimelineSource;
  readonly #settle: (view: Span | null) => void;
  #data?: Timeline;
  #width = 0;
  #whole: Span = [0, DAY_MS];
  #view: Span = [0, DAY_MS];

  /** Replace the content of `host` by an empty timeline. */
  constructor(host: HTMLElement, source: TimelineSource) {
    this.#host = host;
    this.#source = source;
    this.#settle = debounce(SETTLE_MS, (view) => source.settle(view));
    host.replaceChildren(this.#frame);
    this.#controls = new Controls(this.#frame, (span) => this.#showSpan(span, true), () => this.#render());
    const scroller = createElement("div", { class: "scroller" });
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    scroller.append(svg);
    this.#frame.append(scroller);
    this.#chart = select<SVGSVGElement, unknown>(svg).attr("class", "timeline").attr("role", "group")
      .attr("aria-label", "Timeline; the arrow keys go from event to event");
    addGradients(this.#chart);
    for (const part of ["axis", "bins", "events"]) this.#chart.append("g").attr("class", part);
    this.#overview = new Overview(this.#frame, (span, isFinal) => this.#showSpan(span, isFinal));
    this.#frame.append(createLegend());
    addArrowKeys(svg);
    addCard(this.#frame, svg, (link) => select<SVGAElement, { event: Event }>(link).datum().event);
    addDownloads(this.#frame, "timeline", () => toTable(this.#data?.events ?? []));
    this.#addPointerZoom();
  }

  /** Load the events from the source and draw them. */
  async load(): Promise<void> {
    const loaded = await this.#source.load();
    if (!loaded) return;
    this.#data = loaded.data;
    this.#frame.hidden = false;
    this.#whole = spanOf(loaded.data);
    this.#view = loaded.view ?? this.#whole;
    this.#render();
    this.#controls.status.textContent = summary(loaded.data, this.#view);
    markDrawn("timeline");
  }

  /** Draw again if the width of the host has changed; a drawing itself changes only its height. */
  resize(): void {
    if (this.#host.clientWidth !== this.#width) this.#render();
  }

  /** Draw the span in view. */
  #render(): void {
    if (!this.#data) return;
    const width = this.#host.clientWidth;
    this.#width = width;
    const scale = scaleUtc(this.#view.map((moment) => new Date(moment)), [0, width]);
    const { events, bins } = this.#data;
    const { height, hidden } = events ? drawEvents(this.#chart, events, scale, this.#controls.withParts) : { height: drawBins(this.#chart, bins, scale), hidden: 0 };
    this.#controls.showHidden(hidden);
    if (events) this.#chart.selectAll("g.bins rect").remove();
    else this.#chart.selectAll("g.events a").remove();
    this.#chart.attr("width", width).attr("height", height);
    drawAxis(this.#chart, scale, height);
    this.#overview.draw(width, this.#whole, this.#data.profile, this.#view);
    this.#controls.show(this.#view);
  }

  /** Show a span, or all events for null. The source receives it only if it is final, not during a drag. */
  #showSpan(span: Span | null, isFinal: boolean): void {
    this.#view = span ? this.#clamp(span) : this.#whole;
    this.#render();
    if (isFinal) this.#settle(span ? this.#view : null);
  }

  /** Return a span of at least three days that lies within the whole span of the timeline. */
  #clamp([from, to]: Span): Span {
    const length = Math.min(Math.max(to - from, MIN_SPAN_MS), this.#whole[1] - this.#whole[0]);
    const start = Math.min(Math.max((from + to - length) / 2, this.#whole[0]), this.#whole[1] - length);
    return [start, start + length];
  }

  /** Let the reader drag to move, and pinch or turn the wheel with Ctrl to zoom; the wheel alone scrolls the page. */
  #addPointerZoom(): void {
    let start = this.#view;
    const behaviour = zoom<SVGSVGElement, unknown>()
      .filter((event: WheelEvent | MouseEvent) => (event.type === "wheel" ? event.ctrlKey || event.metaKey : !event.button))
      .on("start", () => (start = this.#view))
      .on("zoom", ({ sourceEvent, transform }: D3ZoomEvent<SVGSVGElement, unknown>) => {
        if (sourceEvent) this.#showSpan(spanAfter(transform, start, this.#host.clientWidth), false);
      })
      .on("end", ({ sourceEvent }: D3ZoomEvent<SVGSVGElement, unknown>) => {
        if (!sourceEvent) return;
        behaviour.transform(this.#chart, zoomIdentity);
        this.#showSpan(this.#view, true);
      });
    this.#chart.call(behaviour).on("dblclick.zoom", null);
  }
}

/** Return the span in view after a zoom or move of a span that was drawn `width` pixels wide. */
function spanAfter(transform: ZoomTransform, [from, to]: Span, width: number): Span {
  const momentAt = (pixel: number) => from + (transform.invertX(pixel) / width) * (to - from);
  return [momentAt(0), momentAt(width)];
}

/** Return a sentence on the events in view. */
function summary(data: Timeline, view: Span): string {
  const events = `${data.total.toLocaleString("en")} event${data.total === 1 ? "" : "s"}`;
  const span = `between ${formatDay(dayOf(view[0]))} and ${formatDay(dayOf(view[1] - 1))}`;
  const binned = data.events ? "" : "; too many to show one by one, zoom in to see each";
  const undated = data.undated ? `; ${data.undated.toLocaleString("en")} more have no date` : "";
  return `${events} possibly under way ${span}${binned}${undated}.`;
}
