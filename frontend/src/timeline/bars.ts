/** Draws events as bars: light where they may have been under way, solid where they certainly were, faded where open. */
import { axisTop } from "d3-axis";
import type { ScaleTime } from "d3-scale";
import type { Selection } from "d3-selection";
import { type Bin, type Event, endOf, inWords, startOf } from "./data";
import { type Bar, LANE, layOut } from "./lanes";

export type Chart = Selection<SVGSVGElement, unknown, null, undefined>;

const AXIS = 26;
const BAR = 13;
const LABELLED = 260;
const BINS_HEIGHT = 160;

/** Draw the time axis along the top. */
export function drawAxis(chart: Chart, scale: ScaleTime<number, number>, height: number): void {
  const ticks = Math.max(3, Math.floor(((scale.range()[1] ?? 0) - (scale.range()[0] ?? 0)) / 90));
  const axis = axisTop(scale).ticks(ticks).tickSizeInner(-(height - AXIS)).tickSizeOuter(0).tickPadding(6);
  chart.selectAll<SVGGElement, null>("g.axis").data([null]).join("g").attr("class", "axis").attr("aria-hidden", "true")
    .attr("transform", `translate(0,${AXIS})`).call(axis);
}

/** Draw the events in lanes; returns the height taken. */
export function drawEvents(chart: Chart, events: readonly Event[], scale: ScaleTime<number, number>): number {
  const withLabels = events.length <= LABELLED;
  const bars = layOut(events, scale, withLabels);
  const height = AXIS + LANE * (1 + Math.max(3, ...bars.map((bar) => bar.lane)));
  const links = chart.select<SVGGElement>("g.events").selectAll<SVGAElement, Bar>("a").data(bars, (bar) => bar.event.path)
    .join((entered) => enter(entered.append<SVGAElement>("svg:a")));
  links.order().attr("transform", (bar) => `translate(0,${AXIS + bar.lane * LANE + (LANE - BAR) / 2})`);
  links.each(function (bar) {
    place(this, "possible", bar.left, bar.right, bar.event).setAttribute("fill", fading(bar.event));
    place(this, "certain", ...(bar.core ?? [0, 0]), bar.event);
    this.querySelector("text")?.setAttribute("x", String(bar.label));
    this.classList.toggle("unlabelled", !withLabels);
    this.classList.toggle("on-core", Boolean(bar.core && bar.label > bar.core[0] && bar.label < bar.core[1]));
  });
  return height;
}

function enter(link: Selection<SVGAElement, Bar, SVGGElement, unknown>) {
  link.attr("href", (bar) => bar.event.path).attr("class", (bar) => `event ${bar.event.family}`)
    .attr("draggable", "false").attr("tabindex", -1);
  link.append("title").text(({ event }) => `${event.name}, ${tellDate(event)}`);
  link.append("rect").attr("class", "possible").attr("height", BAR);
  link.append("rect").attr("class", "certain").attr("height", BAR);
  link.append("text").attr("y", BAR - 2.5).text((bar) => bar.event.name);
  return link;
}

/** Put a part of a bar between two edges; diplomacy is round, so that it is told from clashes without colour. */
function place(link: SVGAElement, part: string, left: number, right: number, event: Event): SVGRectElement {
  const rect = link.querySelector(`.${part}`) as SVGRectElement;
  rect.setAttribute("x", String(left));
  rect.setAttribute("width", String(Math.max(0, right - left)));
  rect.setAttribute("rx", String(event.family === "DiplomaticEvent" ? BAR / 2 : 1));
  return rect;
}

/** Return a gradient that fades towards a side left open, or else the colour of the event's family. */
function fading(event: Event): string {
  if (!event.begin) return `url(#fade-begin-${event.family})`;
  return event.end ? "currentColor" : `url(#fade-end-${event.family})`;
}

/** Tell when an event was: in the article's words where it has some, and between which days. */
export function tellDate(event: Event): string {
  const days = [...new Set([event.begin, event.end])].map((day) => (day ? inWords(day) : "open")).join(" – ");
  return event.wording ? `“${event.wording}” (${days})` : days;
}

/** Draw how many events there are where they are too many to be told apart; returns the height taken. */
export function drawBins(chart: Chart, bins: readonly Bin[], scale: ScaleTime<number, number>): number {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  chart.select("g.bins").selectAll<SVGRectElement, Bin>("rect").data(bins).join("rect")
    .attr("x", (bin) => scale(startOf(bin.first)))
    .attr("width", (bin) => Math.max(1, scale(endOf(bin.last)) - scale(startOf(bin.first)) - 1))
    .attr("height", (bin) => (bin.count / most) * BINS_HEIGHT)
    .attr("y", (bin) => AXIS + BINS_HEIGHT - (bin.count / most) * BINS_HEIGHT);
  return AXIS + BINS_HEIGHT;
}
