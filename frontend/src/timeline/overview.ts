/** The strip below the timeline: how many events at each time, and the span in view, which can be drawn anew or moved. */
import { axisBottom } from "d3-axis";
import { type BrushBehavior, brushX } from "d3-brush";
import { scaleUtc } from "d3-scale";
import { select } from "d3-selection";
import { type Bin, endOf, type Span, startOf } from "./data";

const HEIGHT = 44;
const AXIS = 22;

/** A strip in `host` that calls `moved` with the span the reader brushes, or null where the brush is taken away. */
export class Overview {
  readonly #svg;
  readonly #brush: BrushBehavior<unknown>;
  #scale = scaleUtc();
  #drawn = "";

  constructor(host: HTMLElement, moved: (span: Span | null, isFinal: boolean) => void) {
    this.#svg = select(host).append("svg").attr("class", "overview").attr("aria-hidden", "true").attr("height", HEIGHT + AXIS);
    for (const part of ["profile", "axis", "brush"]) this.#svg.append("g").attr("class", part);
    this.#brush = brushX<unknown>().on("brush end", (event) => {
      if (!event.sourceEvent) return;
      const isFinal = event.type === "end";
      if (event.selection) {
        const [left, right] = event.selection as [number, number];
        moved([this.#scale.invert(left).getTime(), this.#scale.invert(right).getTime()], isFinal);
      } else if (isFinal) moved(null, true);
    });
  }

  /** Draw the profile over the whole span, with the brush on what is in view. */
  draw(width: number, whole: Span, profile: readonly Bin[], view: Span): void {
    this.#scale = scaleUtc([new Date(whole[0]), new Date(whole[1])], [0, width]);
    const key = `${width} ${whole} ${profile.map((bin) => bin.count)}`;
    if (key !== this.#drawn) this.#drawProfile(width, profile);
    this.#drawn = key;
    const edges = view.map((moment) => Math.min(width, Math.max(0, this.#scale(moment)))) as [number, number];
    this.#svg.select<SVGGElement>("g.brush").call(this.#brush.move, edges[1] - edges[0] < width - 1 ? edges : null);
  }

  #drawProfile(width: number, profile: readonly Bin[]): void {
    const most = Math.sqrt(Math.max(1, ...profile.map((bin) => bin.count)));
    const tall = (bin: Bin) => (Math.sqrt(bin.count) / most) * (HEIGHT - 4);
    this.#svg.attr("width", width);
    this.#svg.select("g.profile").selectAll<SVGRectElement, Bin>("rect").data([...profile]).join("rect")
      .attr("x", (bin) => this.#scale(startOf(bin.first)))
      .attr("width", (bin) => Math.max(1, this.#scale(endOf(bin.last)) - this.#scale(startOf(bin.first)) - 0.5))
      .attr("height", tall).attr("y", (bin) => HEIGHT - tall(bin));
    this.#svg.select<SVGGElement>("g.axis").attr("transform", `translate(0,${HEIGHT})`)
      .call(axisBottom(this.#scale).ticks(Math.max(3, Math.floor(width / 90))).tickSizeOuter(0));
    this.#brush.extent([[0, 0], [width, HEIGHT]]);
    this.#svg.select<SVGGElement>("g.brush").call(this.#brush);
  }
}
