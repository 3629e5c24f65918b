/**
 * Draws the figures of the tables of a section, a chart for each kind of figure that is given more than once.
 *
 * <section data-figures>, in which what shows a figure carries data-figure (JSON as in data.ts); the charts
 * come where [data-charts] is, or else last.
 */
import { make } from "../common/dom";
import { chart } from "./chart";
import { byKind, largest, readFigures } from "./data";

const NOTE = "Each line is one statement. Nothing is added up: figures of different statements may count the same people.";

export default function draw(place: HTMLElement): void {
  const kinds = [...byKind(readFigures(place))].filter(([, figures]) => figures.length > 1 && figures.some((one) => largest(one) !== null));
  if (!kinds.length) return;
  const host = make("div", { class: "charts" });
  const charts = make("details", { class: "drawings", open: true }, make("summary", {}, "The same as charts"), host);
  (place.querySelector("[data-charts]") ?? place).append(charts);
  let drawnWidth = 0;
  const render = () => {
    if (Math.abs(host.clientWidth - drawnWidth) < 8) return;
    drawnWidth = host.clientWidth;
    host.replaceChildren(...kinds.map(([kind, figures]) => chart(kind, figures, drawnWidth)), make("p", { class: "quiet" }, NOTE));
  };
  render();
  new ResizeObserver(render).observe(host);
}
