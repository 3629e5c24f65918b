/**
 * Figures side by side, one line for each statement; nothing is added up. A dot is a number; a bar between two ends is a
 * range; an arrow goes from a bound to the side that is left open; a word stands as a word, at no place on the scale.
 */
import * as Plot from "@observablehq/plot";
import { asImage, shortened } from "../common/plot";
import { type Figure, largest } from "./data";

const COLOUR = "var(--spot)";
const NARROW = 600; // below this width the names stand above their lines instead of beside them
const LINE = 26;
const LETTER = 7.6; // average width of a letter, in pixels
const UNEVEN = 200; // beyond this ratio of the largest to the smallest a linear scale hides the small ones

interface Row {
  label: string;
  figure: Figure;
}

/** A chart; its scale is logarithmic where the figures are too uneven for another. */
export interface Chart {
  drawn: Element;
  isUneven: boolean;
}

/** Return a chart of figures of one kind; visual.css keeps as much room as its height takes. */
export function chart(kind: string, figures: readonly Figure[], width: number): Chart {
  const rows = figures.map((figure, number) => ({ label: `${number} ${label(figure)}`, figure }));
  const counts = figures.flatMap((figure) => [figure.exact, figure.least, figure.greatest]).filter((n): n is number => n !== null);
  const most = Math.max(1, ...counts);
  const isUneven = most / Math.max(1, Math.min(...counts.filter((n) => n > 0))) > UNEVEN;
  const end = most * (isUneven ? 3 : 1.15);
  const isNarrow = width < NARROW;
  const marginLeft = isNarrow ? 8 : Math.min(width * 0.45, 16 + LETTER * Math.max(...figures.map((figure) => label(figure).length)));
  const room = Math.floor(((isNarrow ? width : marginLeft) - 16) / LETTER);
  const drawn = Plot.plot({
    width,
    height: 44 + LINE * (isNarrow ? 1.8 : 1) * rows.length,
    marginLeft,
    marginRight: 90,
    marginTop: 24,
    style: { background: "none", overflow: "visible", fontSize: "13px" },
    x: { type: isUneven ? "symlog" : "linear", domain: [0, end], label: null, axis: "top", ticks: Math.max(1, Math.min(end, Math.floor((width - marginLeft) / 110))), tickFormat: wholeNumber, grid: true },
    y: { label: null, axis: isNarrow ? null : "left", domain: rows.map((row) => row.label), tickFormat: (text: string) => shortened(text.replace(/^\d+ /, ""), room), tickSize: 0 },
    color: { type: "identity" },
    marks: [...marks(rows, end), ...(isNarrow ? [names(rows, room)] : [])],
  });
  const words = figures.map((figure) => `${label(figure)} ${figure.words}`).join("; ");
  return { drawn: asImage(drawn, `${kind}: ${words}`), isUneven };
}

function marks(rows: Row[], end: number): Plot.Markish[] {
  const known = rows.filter((row) => largest(row.figure) !== null);
  const where = (test: (figure: Figure) => boolean) => rows.filter((row) => test(row.figure));
  const ranges = where(({ least, greatest }) => least !== null && greatest !== null);
  const over = where(({ exact, least, greatest }) => exact === null && least !== null && greatest === null);
  const under = where(({ exact, least, greatest }) => exact === null && least === null && greatest !== null);
  const line = { y: "label", stroke: COLOUR } as const;
  return [
    Plot.ruleX([0]),
    Plot.link(where(({ exact }) => exact !== null), { ...line, x1: 0, x2: (row: Row) => row.figure.exact, y1: "label", y2: "label", strokeOpacity: 0.45 }),
    Plot.link(ranges, { ...line, x1: (row: Row) => row.figure.least, x2: (row: Row) => row.figure.greatest, y1: "label", y2: "label", strokeWidth: 7, strokeLinecap: "round", strokeOpacity: 0.55 }),
    Plot.arrow(over, { ...line, x1: (row: Row) => row.figure.least, x2: (row: Row) => Math.min(end, (row.figure.least ?? 0) * 1.08 + end * 0.04), y1: "label", y2: "label", headLength: 8, strokeWidth: 2 }),
    Plot.arrow(under, { ...line, x1: (row: Row) => row.figure.greatest, x2: 0, y1: "label", y2: "label", headLength: 8, strokeWidth: 2 }),
    Plot.dot(known.filter(({ figure }) => figure.exact !== null || figure.least === null || figure.greatest === null), {
      x: (row: Row) => row.figure.exact ?? row.figure.least ?? row.figure.greatest, y: "label", r: 5, stroke: COLOUR, strokeWidth: 2,
      fill: (row: Row) => (row.figure.exact !== null ? COLOUR : "var(--paper)"),
    }),
    Plot.text(known, { x: (row: Row) => largest(row.figure), y: "label", text: (row: Row) => row.figure.words, textAnchor: "start", dx: (over.length ? 34 : 10), fill: "var(--ink)" }),
    Plot.text(rows.filter((row) => largest(row.figure) === null), { x: 0, y: "label", text: (row: Row) => `“${row.figure.words}”`, textAnchor: "start", dx: 8, fontStyle: "italic", fill: "var(--ink)" }),
  ];
}

function names(rows: Row[], room: number): Plot.Markish {
  return Plot.text(rows, { x: 0, y: "label", text: (row: Row) => shortened(label(row.figure), room), textAnchor: "start", dx: 4, dy: -16, fill: "var(--quiet)" });
}

function wholeNumber(tick: number): string {
  return Number.isInteger(tick) ? tick.toLocaleString("en") : "";
}

function label({ event, party, speakers }: Figure): string {
  return [event, party, speakers && `says ${speakers}`].filter(Boolean).join(", ") || "nobody named";
}
