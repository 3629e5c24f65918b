/**
 * Draws the figures of a table of the page, a chart for each kind of figure.
 *
 * <div data-figures="#losses"></div>, where the rows of #losses carry data-figure (JSON as in data.ts).
 */
import { make } from "../common/dom";
import { chart } from "./chart";
import { byKind, largest, readFigures } from "./data";

const NOTE = "Each line is one statement. Nothing is added up: figures of different statements may count the same people.";

export default function draw(place: HTMLElement): void {
  const table = document.querySelector(place.dataset.figures ?? "");
  const kinds = table ? [...byKind(readFigures(table))].filter(([, figures]) => figures.some((one) => largest(one) !== null)) : [];
  if (!kinds.length) return place.remove();
  let drawnWidth = 0;
  const render = () => {
    if (Math.abs(place.clientWidth - drawnWidth) < 8) return;
    drawnWidth = place.clientWidth;
    place.replaceChildren(...kinds.map(([kind, figures]) => chart(kind, figures, drawnWidth)), make("p", { class: "quiet" }, NOTE));
  };
  render();
  new ResizeObserver(render).observe(place);
}
