/**
 * Chart of figures of one kind, a row for each claim; figures are never added up. A dot is an exact number, a bar a range,
 * an arrow a bound that points to its open side. A figure in words stands as its words, beside the scale.
 */
import * as Plot from "@observablehq/plot";
import { asImage, truncateMiddle } from "../shared/chart-image";
import { type Figure, largestNumber } from "./data";

const COLOUR = "var(--spot)";
const NARROW_PX = 600; // below this width labels stand above their rows instead of beside them
const ROW_HEIGHT = 26; // visual.css reserves the same, so that the layout does not shift
const LETTER_WIDTH = 7.6; // average, in pixels
const MAX_LINEAR_RATIO = 200; // with a greater ratio of the largest to the smallest number, small ones vanish on a linear scale

interface Row {
  label: string;
  figure: Figure;
}

/**
 * Create a chart. Its scale is logarithmic if the numbers differ too much for a linear one.
 * @param kind The kind of the figures, for the text alternative.
 * @param figures The figures.
 * @param width The width in pixels.
 * @returns The chart, and whether its scale is logarithmic.
 */
export function createChart(kind: string, figures: readonly Figure[], width: number): { image: Element; isLogarithmic: boolean } {
  const rows = figures.map((figure, index) => ({ label: `${index} ${labelOf(figure)}`, figure }));
  const numbers = figures.flatMap((figure) => [figure.exact, figure.least, figure.greatest]).filter((number) => number !== null);
  const largest = Math.max(1, ...numbers);
  const isLogarithmic = largest / Math.max(1, Math.min(...numbers.filter((number) => number > 0))) > MAX_LINEAR_RATIO;
  const end = largest * (isLogarithmic ? 3 : 1.15);
  const isNarrow = width < NARROW_PX;
  const marginLeft = isNarrow ? 8 : Math.min(width * 0.45, 16 + LETTER_WIDTH * Math.max(...figures.map((figure) => labelOf(figure).length)));
  const maxLetters = Math.floor(((isNarrow ? width : marginLeft) - 16) / LETTER_WIDTH);
  const image = Plot.plot({
    width,
    height: 44 + ROW_HEIGHT * (isNarrow ? 1.8 : 1) * rows.length,
    marginLeft,
    marginRight: 90,
    marginTop: 24,
    style: { background: "none", overflow: "visible", fontSize: "13px" },
    x: {
      type: isLogarithmic ? "symlog" : "linear",
      domain: [0, end],
      label: null,
      axis: "top",
      ticks: Math.max(1, Math.min(end, Math.floor((width - marginLeft) / 110))),
      tickFormat: (tick: number) => (Number.isInteger(tick) ? tick.toLocaleString("en") : ""),
      grid: true,
    },
    y: {
      label: null,
      axis: isNarrow ? null : "left",
      domain: rows.map((row) => row.label),
      tickFormat: (label: string) => truncateMiddle(label.replace(/^\d+ /, ""), maxLetters),
      tickSize: 0,
    },
    color: { type: "identity" },
    marks: [...createMarks(rows, end), ...(isNarrow ? [createLabels(rows, maxLetters)] : [])],
  });
  const description = figures.map((figure) => `${labelOf(figure)} ${figure.words}`).join("; ");
  return { image: asImage(image, `${kind}: ${description}`), isLogarithmic };
}

/** Return the marks of all rows; `end` is the end of the scale. */
function createMarks(rows: Row[], end: number): Plot.Markish[] {
  const numeric = rows.filter((row) => largestNumber(row.figure) !== null);
  const rowsWhere = (test: (figure: Figure) => boolean) => rows.filter((row) => test(row.figure));
  const exact = rowsWhere(({ exact }) => exact !== null);
  const ranges = rowsWhere(({ least, greatest }) => least !== null && greatest !== null);
  const atLeast = rowsWhere(({ exact, least, greatest }) => exact === null && least !== null && greatest === null);
  const atMost = rowsWhere(({ exact, least, greatest }) => exact === null && least === null && greatest !== null);
  const line = { y: "label", stroke: COLOUR, y1: "label", y2: "label" } as const;
  return [
    Plot.ruleX([0]),
    Plot.link(exact, { ...line, x1: 0, x2: (row: Row) => row.figure.exact, strokeOpacity: 0.45 }),
    Plot.link(ranges, { ...line, x1: (row: Row) => row.figure.least, x2: (row: Row) => row.figure.greatest, strokeWidth: 7, strokeLinecap: "round", strokeOpacity: 0.55 }),
    Plot.arrow(atLeast, { ...line, x1: (row: Row) => row.figure.least, x2: (row: Row) => Math.min(end, (row.figure.least ?? 0) * 1.08 + end * 0.04), headLength: 8, strokeWidth: 2 }),
    Plot.arrow(atMost, { ...line, x1: (row: Row) => row.figure.greatest, x2: 0, headLength: 8, strokeWidth: 2 }),
    Plot.dot(numeric.filter(({ figure }) => figure.exact !== null || figure.least === null || figure.greatest === null), {
      x: (row: Row) => row.figure.exact ?? row.figure.least ?? row.figure.greatest,
      y: "label",
      r: 5,
      stroke: COLOUR,
      strokeWidth: 2,
      fill: (row: Row) => (row.figure.exact !== null ? COLOUR : "var(--paper)"),
    }),
    Plot.text(numeric, { x: (row: Row) => largestNumber(row.figure), y: "label", text: (row: Row) => row.figure.words, textAnchor: "start", dx: atLeast.length ? 34 : 10, fill: "var(--ink)" }),
    Plot.text(rowsWhere((figure) => largestNumber(figure) === null), { x: 0, y: "label", text: (row: Row) => `“${row.figure.words}”`, textAnchor: "start", dx: 8, fontStyle: "italic", fill: "var(--ink)" }),
  ];
}

/** Return the labels above the rows of a narrow chart. */
function createLabels(rows: Row[], maxLetters: number): Plot.Markish {
  return Plot.text(rows, { x: 0, y: "label", text: (row: Row) => truncateMiddle(labelOf(row.figure), maxLetters), textAnchor: "start", dx: 4, dy: -16, fill: "var(--quiet)" });
}

/** Return the label of a figure: its event, party and speakers. */
function labelOf({ event, party, speakers }: Figure): string {
  return [event, party, speakers && `according to ${speakers}`].filter(Boolean).join(", ") || "no side named";
}
