/** A column of numbers of an answer as a chart, a line for each row; equal names are not added up. */
import * as Plot from "@observablehq/plot";
import { field, make, select } from "../common/dom";
import { asImage, shortened } from "../common/plot";
import { type Answer, numberOf, type Row } from "./answers";
import { rowName } from "./views";

const MOST = 200;
const LINE = 22;
const LETTER = 7.3; // average width of a letter, in pixels

export default function drawChart(place: HTMLElement, answer: Answer, numbers: string[]): void {
  const column = select(numbers.map((name) => [name, name] as const), numbers[0] ?? "");
  const chart = make("div", { class: "chart" });
  const render = () => chart.replaceChildren(...draw(answer, column.value, place.clientWidth));
  column.addEventListener("change", render);
  place.replaceChildren(make("div", { class: "controls" }, field("Number", column)), chart);
  render();
}

function draw(answer: Answer, column: string, width: number): Element[] {
  const rows = answer.rows.filter((row) => numberOf(row[column]) !== null).slice(0, MOST);
  const data = rows.map((row, number) => ({ label: `${number} ${nameOf(row, answer.columns, column)}`, value: numberOf(row[column]) }));
  const marginLeft = Math.min(width * 0.45, 20 + LETTER * Math.max(...data.map(({ label }) => label.length)));
  const room = Math.floor((marginLeft - 12) / LETTER);
  const drawn = Plot.plot({
    width,
    height: 40 + LINE * data.length,
    marginLeft,
    marginRight: 60,
    style: { background: "none", overflow: "visible", fontSize: "12px" },
    x: { axis: "top", label: column, grid: true, nice: true, zero: true },
    y: { label: null, domain: data.map(({ label }) => label), tickFormat: (text: string) => shortened(text.replace(/^\d+ /, ""), room), tickSize: 0 },
    marks: [
      Plot.ruleX([0]),
      Plot.link(data, { x1: 0, x2: "value", y1: "label", y2: "label", stroke: "var(--spot)", strokeOpacity: 0.5 }),
      Plot.dot(data, { x: "value", y: "label", r: 4, fill: "var(--spot)" }),
      Plot.text(data, { x: "value", y: "label", text: ({ value }) => value?.toLocaleString("en") ?? "", textAnchor: "start", dx: 8 }),
    ],
  });
  const cut = answer.rows.length > MOST ? [make("p", { class: "quiet" }, `The first ${MOST} of ${answer.rows.length.toLocaleString("en")} rows.`)] : [];
  return [asImage(drawn, `Chart of ${column}; the table has the same numbers`), ...cut];
}

function nameOf(row: Row, columns: string[], column: string): string {
  return rowName(row, columns.filter((one) => one !== column)).name.slice(0, 60);
}
