/** The strip below the timeline: the number of events over time, and a brush that selects the span in view. */
import { axisBottom } from "d3-axis";
import { type BrushBehavior, brushX, type D3BrushEvent } from "d3-brush";
import { scaleUtc } from "d3-scale";
import { select } from "d3-selection";
import { keepTicksInside } from "./bars";
import { type Bin, endOf, type Span, startOf } from "./data";

const HEIGHT = 44;
const AXIS_HEIGHT = 22;

/** The strip. */
export class Overview {
  readonly #svg;
  readonly #brush: BrushBehavior<unknown>;
  #scale = scaleUtc();
  #drawn = "";

  /** Append the strip to `host`; `onBrush` gets the span that the reader brushes, or null if the brush is removed. */
  constructor(host: HTMLElement, onBrush: (span: Span | null, isFinal: boolean) => void) {
    this.#svg = select(host).append("svg").attr("class", "overview").attr("aria-hidden", "true").attr("height", HEIGHT + AXIS_HEIGHT);
    for (const part of ["profile", "axis", "brush"]) this.#svg.append("g").attr("class", part);
    this.#brush = brushX<unknown>().on("brush end", (event: D3BrushEvent<unknown>) => {
      if (!event.sourceEvent) return; // moved by `draw`
      const isFinal = event.type === "end";
      if (event.selection) {
        const [left, right] = event.selection as [number, number];
        onBrush([this.#scale.invert(left).getTime(), this.#scale.invert(right).getTime()], isFinal);
      } else if (isFinal) onBrush(null, true);
    });
  }

  /** Draw the counts of the whole span, `width` pixels wide, and put the brush on the span in view. */
  draw(width: number, whole: Span, profile: readonly Bin[], view: Span): void {
    this.#scale = scaleUtc([new Date(whole[0]), new Date(whole[1])], [0, width]);
    const key = [width, ...whole, ...profile.map((bin) => bin.count)].join(" ");
    if (key !== this.#drawn) this.#drawProfile(width, profile);
    this.#drawn = key;
    const [left, right] = view.map((moment) => Math.min(width, Math.max(0, this.#scale(moment)))) as [number, number];
    this.#brush.move(this.#svg.select<SVGGElement>("g.brush"), right - left < width - 1 ? [left, right] : null);
  }

  /** Draw the counts and the axis; heights grow with the square root of the count. */
  #drawProfile(width: number, profile: readonly Bin[]): void {
    const largest = Math.sqrt(Math.max(1, ...profile.map((bin) => bin.count)));
    const barHeight = (bin: Bin) => (Math.sqrt(bin.count) / largest) * (HEIGHT - 4);
    this.#svg.attr("width", width);
    this.#svg.select("g.profile").selectAll<SVGRectElement, Bin>("rect").data([...profile]).join("rect")
      .attr("x", (bin) => this.#scale(startOf(bin.first)))
      .attr("width", (bin) => Math.max(1, this.#scale(endOf(bin.last)) - this.#scale(startOf(bin.first)) - 0.5))
      .attr("height", barHeight).attr("y", (bin) => HEIGHT - barHeight(bin));
    this.#svg.select<SVGGElement>("g.axis").attr("transform", `translate(0,${HEIGHT})`)
      .call(axisBottom(this.#scale).ticks(Math.max(3, Math.floor(width / 90))).tickSizeOuter(0));
    keepTicksInside(this.#svg.select<SVGGElement>("g.axis"), this.#scale);
    this.#brush.extent([[0, 0], [width, HEIGHT]]);
    this.#svg.select<SVGGElement>("g.brush").call(this.#brush);
  }
}
