/**
 * Charts of the figures in the tables of a section, one for each kind of figure.
 *
 * Element: <section data-figures>; in it, elements with data-figure (JSON as in data.ts), and an element of the class "charts"
 * with a <figure data-kind> for each chart.
 */
import { createElement } from "../shared/dom";
import { createChart } from "./chart";
import { readFigures } from "./data";

const MIN_CHANGE_PX = 8; // smaller changes of the width, such as a scrollbar's, do not redraw

/**
 * Draw the charts, and draw them again when their width changes.
 * @param section The element with data-figures.
 */
export default function draw(section: HTMLElement): void {
  const host = section.querySelector<HTMLElement>(".charts");
  if (!host) return;
  const figures = readFigures(section);
  let drawnWidth = 0;
  const render = () => {
    if (Math.abs(host.clientWidth - drawnWidth) < MIN_CHANGE_PX) return;
    drawnWidth = host.clientWidth;
    for (const element of host.querySelectorAll<HTMLElement>("[data-kind]")) {
      const kind = element.dataset.kind ?? "";
      const { image, isLogarithmic } = createChart(kind, figures.get(kind) ?? [], drawnWidth);
      element.replaceChildren(createElement("figcaption", {}, isLogarithmic ? `${kind} (logarithmic scale)` : kind), image);
    }
  };
  render();
  new ResizeObserver(render).observe(host);
}
