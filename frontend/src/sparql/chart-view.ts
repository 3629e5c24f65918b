/** View of a query result as a chart: one numeric column, a line for each row. Rows with equal labels are not added up. */
import * as Plot from "@observablehq/plot";
import { asImage, truncateMiddle } from "../shared/chart-image";
import { createElement, createField, createSelect } from "../shared/dom";
import { labelRow, type QueryResult, type Row, toNumber } from "./endpoint";

const MAX_ROWS = 200;
const MAX_LABEL_LENGTH = 60;
const ROW_HEIGHT = 22;
const LETTER_WIDTH = 7.3; // average, in pixels

/**
 * Show a chart, with a selector of its column.
 * @param host The element to fill.
 * @param result The result.
 * @param columns The numeric columns.
 */
export default function showChart(host: HTMLElement, result: QueryResult, columns: readonly string[]): void {
  const column = createSelect(columns.map((name) => [name, name] as const), columns[0] ?? "");
  const chart = createElement("div", { class: "chart" });
  const render = () => chart.replaceChildren(...draw(result, column.value, host.clientWidth));
  column.addEventListener("change", render);
  host.replaceChildren(createElement("div", { class: "controls" }, createField("Column", column)), chart);
  render();
}

/** Return the chart of a column and, if rows were left out, a sentence that says so. */
function draw(result: QueryResult, column: string, width: number): Element[] {
  const rows = result.rows.filter((row) => toNumber(row[column]) !== null).slice(0, MAX_ROWS);
  const data = rows.map((row, index) => ({ label: `${index} ${labelOf(row, result.columns, column)}`, value: toNumber(row[column]) }));
  const marginLeft = Math.min(width * 0.45, 20 + LETTER_WIDTH * Math.max(...data.map(({ label }) => label.length)));
  const maxLetters = Math.floor((marginLeft - 12) / LETTER_WIDTH);
  const chart = Plot.plot({
    width,
    height: 40 + ROW_HEIGHT * data.length,
    marginLeft,
    marginRight: 60,
    style: { background: "none", overflow: "visible", fontSize: "12px" },
    x: { axis: "top", label: null, grid: true, nice: true, zero: true },
    y: { label: null, domain: data.map(({ label }) => label), tickFormat: (label: string) => truncateMiddle(label.replace(/^\d+ /, ""), maxLetters), tickSize: 0 },
    marks: [
      Plot.ruleX([0]),
      Plot.link(data, { x1: 0, x2: "value", y1: "label", y2: "label", stroke: "var(--spot)", strokeOpacity: 0.5 }),
      Plot.dot(data, { x: "value", y: "label", r: 4, fill: "var(--spot)" }),
      Plot.text(data, { x: "value", y: "label", text: ({ value }: (typeof data)[number]) => value?.toLocaleString("en") ?? "", textAnchor: "start", dx: 8 }),
    ],
  });
  const image = asImage(chart, `Chart of ${column}; the table has the same numbers`);
  if (result.rows.length <= MAX_ROWS) return [image];
  return [image, createElement("p", { class: "quiet" }, `The first ${MAX_ROWS} of ${result.rows.length.toLocaleString("en")} rows.`)];
}

/** Return the label of a row, from its columns other than the one that is drawn. */
function labelOf(row: Row, columns: readonly string[], drawnColumn: string): string {
  return labelRow(row, columns.filter((column) => column !== drawnColumn)).name.slice(0, MAX_LABEL_LENGTH);
}
