/** Bars of the timeline: light where an event was possibly under way, solid where certainly, faded where a side is open. */
import { axisTop } from "d3-axis";
import type { ScaleTime } from "d3-scale";
import type { Selection } from "d3-selection";
import { widthOfMarks } from "../shared/sides";
import { type Bin, type Event, endOf, formatDate, sideClass, startOf } from "./data";
import { type Bar, layOutBars, NARROW_PX } from "./layout";

/** The SVG element of a timeline. */
export type Chart = Selection<SVGSVGElement, unknown, null, undefined>;

const AXIS_HEIGHT = 26;
const BAR_HEIGHT = 13;
const ROW_HEIGHT = 22;
const LABEL_HEIGHT = 16; // above the bars of a narrow timeline
const MAX_LABELS = 260;
const BINS_HEIGHT = 160;
const LETTER_WIDTH = 6.6; // average, of a label of the axis
const EDGE = 16; // pixels: half the width of a year

/**
 * Draw the time axis along the top.
 * @param chart The timeline.
 * @param scale Maps moments to pixels.
 * @param height The height of the timeline, which the grid lines cross.
 */
export function drawAxis(chart: Chart, scale: ScaleTime<number, number>, height: number): void {
  const ticks = Math.max(3, Math.floor(((scale.range()[1] ?? 0) - (scale.range()[0] ?? 0)) / 90));
  const axis = axisTop(scale).ticks(ticks).tickSizeInner(-(height - AXIS_HEIGHT)).tickSizeOuter(0).tickPadding(6);
  chart.selectAll<SVGGElement, null>("g.axis").data([null]).join("g").attr("class", "axis").attr("aria-hidden", "true")
    .attr("transform", `translate(0,${AXIS_HEIGHT})`).call(axis);
  keepTicksInside(chart.select("g.axis"), scale);
}

/**
 * Align the labels of ticks at the edges of an axis so that the edges do not cut them, and hide those that would cover another.
 * @param axis The axis.
 * @param scale Maps moments to pixels.
 */
export function keepTicksInside(axis: Selection<SVGGElement, unknown, null, undefined>, scale: ScaleTime<number, number>): void {
  const end = scale.range()[1] ?? 0;
  let free = -Infinity;
  axis.selectAll<SVGTextElement, Date>(".tick text").attr("visibility", function (moment) {
    const half = (this.textContent.length * LETTER_WIDTH) / 2;
    if (scale(moment) - half < free) return "hidden";
    free = scale(moment) + half + LETTER_WIDTH;
    return null;
  });
  axis.selectAll<SVGTextElement, Date>(".tick text").attr("text-anchor", (moment) => (scale(moment) < EDGE ? "start" : scale(moment) > end - EDGE ? "end" : null));
}

/**
 * Draw events as bars that link to their pages.
 * @param chart The timeline.
 * @param events The events; names are left out if they are more than 260.
 * @param scale Maps moments to pixels.
 * @param withParts If true, the parts of all events are drawn.
 * @returns The height of the timeline, in pixels, and the number of parts that are not drawn.
 */
export function drawEvents(chart: Chart, events: readonly Event[], scale: ScaleTime<number, number>, withParts: boolean): { height: number; hidden: number } {
  const withLabels = events.length <= MAX_LABELS;
  const { bars, hidden } = layOutBars(events, scale, withLabels, withParts);
  const above = withLabels && (scale.range()[1] ?? 0) < NARROW_PX ? LABEL_HEIGHT : 0;
  const rowHeight = ROW_HEIGHT + above;
  const links = chart.select<SVGGElement>("g.events").selectAll<SVGAElement, Bar>("a").data(bars, (bar) => bar.event.path)
    .join((entered) => createLinks(entered.append<SVGAElement>("svg:a")));
  links.order().attr("transform", (bar) => `translate(0,${AXIS_HEIGHT + bar.row * rowHeight + above + (ROW_HEIGHT - BAR_HEIGHT) / 2})`);
  links.each(function (bar) {
    placeRectangle(this, "possible", bar.left, bar.right, bar.event)?.setAttribute("fill", fillOf(bar.event));
    placeRectangle(this, "certain", ...(bar.core ?? [0, 0]), bar.event);
    const [mark, label] = this.querySelectorAll("text");
    for (const [element, text, shift] of [[mark, bar.mark, 0], [label, bar.label, widthOfMarks(bar.mark)]] as const) {
      element?.setAttribute("x", String(bar.labelLeft + shift));
      element?.setAttribute("y", String(above ? -4 : BAR_HEIGHT - 2.5));
      if (element) element.textContent = text;
    }
    this.classList.toggle("main", bar.isMain);
    this.classList.toggle("part", bar.isPart);
    const name = bar.label && bar.label !== bar.event.name ? `${bar.label}: ${bar.event.name}` : bar.event.name; // has what is visible
    this.setAttribute("aria-label", `${name}, ${formatDate(bar.event)}`);
    this.classList.toggle("unlabelled", !withLabels);
    this.classList.toggle("on-core", Boolean(!above && bar.core && bar.labelLeft > bar.core[0] && bar.labelLeft < bar.core[1]));
  });
  return { height: AXIS_HEIGHT + rowHeight * (1 + Math.max(3, ...bars.map((bar) => bar.row))), hidden };
}

/** Add to new links what does not change when the timeline moves. */
function createLinks(links: Selection<SVGAElement, Bar, SVGGElement, unknown>) {
  links.attr("href", (bar) => bar.event.path).attr("class", (bar) => `event ${sideClass(bar.event)}`)
    .attr("draggable", "false").attr("tabindex", -1);
  links.append("rect").attr("class", "possible").attr("height", BAR_HEIGHT);
  links.append("rect").attr("class", "certain").attr("height", BAR_HEIGHT);
  links.append("text").attr("class", "side-mark").attr("aria-hidden", "true");
  links.append("text").attr("class", "label");
  return links;
}

/** Place a rectangle of a bar; diplomacy has round ends, to be distinguished without colour. */
function placeRectangle(link: SVGAElement, name: string, left: number, right: number, event: Event): Element | null {
  const rectangle = link.querySelector(`.${name}`);
  rectangle?.setAttribute("x", String(left));
  rectangle?.setAttribute("width", String(Math.max(0, right - left)));
  rectangle?.setAttribute("rx", String(event.family === "DiplomaticEvent" ? BAR_HEIGHT / 2 : 1));
  return rectangle;
}

/** Return the fill of a bar: a gradient towards an open side, or else the colour of the event's sides. */
function fillOf(event: Event): string {
  if (!event.begin) return `url(#fade-begin-${sideClass(event)})`;
  return event.end && !event.has_open_end ? "currentColor" : `url(#fade-end-${sideClass(event)})`;
}

/**
 * Draw the number of events over time, in place of events that are too many to draw.
 * @param chart The timeline.
 * @param bins The counts.
 * @param scale Maps moments to pixels.
 * @returns The height of the timeline, in pixels.
 */
export function drawBins(chart: Chart, bins: readonly Bin[], scale: ScaleTime<number, number>): number {
  const largest = Math.max(1, ...bins.map((bin) => bin.count));
  chart.select("g.bins").selectAll<SVGRectElement, Bin>("rect").data(bins).join("rect")
    .attr("x", (bin) => scale(startOf(bin.first)))
    .attr("width", (bin) => Math.max(1, scale(endOf(bin.last)) - scale(startOf(bin.first)) - 1))
    .attr("height", (bin) => (bin.count / largest) * BINS_HEIGHT)
    .attr("y", (bin) => AXIS_HEIGHT + BINS_HEIGHT - (bin.count / largest) * BINS_HEIGHT);
  return AXIS_HEIGHT + BINS_HEIGHT;
}
