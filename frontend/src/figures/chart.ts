/**
 * Chart of the figures of one event: a bar for each claim, in the colour of its side. Figures are never added up. A bar is solid up
 * to an exact number or a lower bound; pale up to an upper bound, with an arrow towards an open side. Zero has no bar. Words have a
 * small open bracket, which claims no length.
 */
import { truncateMiddle } from "../shared/chart-image";
import { classOfSide, marksOf, widthOfMarks } from "../shared/sides";
import { createSvg } from "../shared/svg";
import type { Chart, Figure, Kind } from "./data";

const LINE = 16; // height in pixels; visual.css reserves the same, so that the layout does not shift
const BAR = 11;
const INDENT = 14; // of a figure that another one includes
const BRACKET_WIDTH = 6; // of the sign of a figure in words
const LETTER_WIDTH = 6.6; // average, in pixels
const MIN_BAR = 2;
const ARROW = 10;

/**
 * Create a chart.
 * @param chart The figures.
 * @param width The width in pixels.
 * @returns The chart: an image with a text alternative.
 */
export function createChart(chart: Chart, width: number): SVGSVGElement {
  const image = createSvg("svg", { class: "figures-chart", role: "img", width, "aria-label": describe(chart) });
  const longest = Math.max(...chart.kinds.flatMap(({ figures }) => figures.filter(isNumber).map(({ text }) => text.length)), 2);
  const room = Math.max(40, width - INDENT - ARROW - 14 - longest * LETTER_WIDTH);
  let line = 0;
  let part = "";
  for (const kind of chart.kinds) {
    if (kind.event && kind.event !== part) image.append(createText(kind.event, 0, ++line * LINE, "part", width));
    part = kind.event;
    image.append(createText(kind.kind, 0, (line + 1.4) * LINE, "kind", width));
    line += 2;
    for (const figure of kind.figures) {
      image.append(createRow(figure, line * LINE - 2, width, (number) => (number / chart.ends[kind.measure]) * room));
      line += 2;
    }
  }
  image.setAttribute("height", String(line * LINE));
  return image;
}

/** Return a line that names the party and the source of a figure, and its bar below. */
function createRow(figure: Figure, top: number, width: number, scale: (number: number) => number): SVGGElement {
  const left = figure.is_nested ? INDENT : 0;
  const mark = marksOf([figure.side]);
  const start = left + widthOfMarks(mark);
  const party = `${figure.is_nested ? "of these: " : ""}${figure.party || "side not stated"}`;
  const source = createText(figure.source, width - 2, top + LINE - 4, "source", width / 2);
  source.setAttribute("text-anchor", "end");
  const label = createText(party, start, top + LINE - 4, "party", width - start - 16 - figure.source.length * LETTER_WIDTH);
  return createSvg("g", { class: classOfSide(figure.side) }, createText(mark, left, top + LINE - 4, "side-mark"), label, source, ...createBar(figure, left, top + LINE, scale));
}

/** Return the bar of a figure and its text. */
function createBar({ exact, least, greatest, text, included_in }: Figure, left: number, top: number, scale: (number: number) => number): SVGElement[] {
  const height = included_in ? BAR - 4 : BAR;
  const baseline = top + BAR - 1;
  top += (BAR - height) / 2;
  const rectangle = (name: string, from: number, to: number) =>
    createSvg("rect", { class: name, x: left + scale(from), y: top, width: Math.max(to > from ? MIN_BAR : 0, scale(to) - scale(from)), height });
  const parts: SVGElement[] = [createSvg("line", { class: "zero", x1: left, x2: left, y1: top - 2, y2: top + height + 2 })];
  const sure = exact ?? least ?? 0;
  const end = exact ?? greatest ?? least;
  if (end === null) {
    const edge = `M${left + BRACKET_WIDTH},${top}H${left}V${top + height}H${left + BRACKET_WIDTH}`;
    return [createSvg("path", { class: "words", d: edge }), createText(`“${text}”`, left + BRACKET_WIDTH + 6, baseline, "value")];
  }
  if (sure) parts.push(rectangle("sure", 0, sure));
  if (end > sure) parts.push(rectangle("possible", sure, end));
  let right = left + Math.max(end ? MIN_BAR : 0, scale(end));
  const middle = top + height / 2;
  if (exact === null && greatest === null) {
    parts.push(createSvg("path", { class: "bound", d: `M${right},${top - 1}L${right + ARROW},${middle}L${right},${top + height + 1}` }));
    right += ARROW;
  }
  if (exact === null && least === null) parts.push(createSvg("path", { class: "bound", d: `M${left + ARROW},${top - 1}L${left},${middle}L${left + ARROW},${top + height + 1}` }));
  return [...parts, createText(text, right + 6, baseline, "value")];
}

/** Return a text, shortened in its middle to a width. */
function createText(text: string, x: number, y: number, name: string, maxWidth = Infinity): SVGTextElement {
  return createSvg("text", { class: name, x, y }, truncateMiddle(text, Math.max(4, Math.floor(maxWidth / LETTER_WIDTH))));
}

/** Return true if a figure is a number or has a bound. */
function isNumber({ exact, least, greatest }: Figure): boolean {
  return (exact ?? least ?? greatest) !== null;
}

/** Return the text alternative of a chart. */
function describe({ name, kinds }: Chart): string {
  const kindText = ({ event, kind, figures }: Kind) =>
    `${event ? `${event}, ` : ""}${kind}: ${figures.map(({ party, text, source }) => `${party || "side not stated"} ${text} (${source})`).join(", ")}`;
  return `${name}. ${kinds.map(kindText).join("; ")}`;
}
