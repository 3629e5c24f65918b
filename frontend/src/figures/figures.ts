/**
 * Charts of the figures of a section, one for each event, with the bars of both sides. The page has tables with the same figures.
 *
 * Element: <section data-figures>; in it, an element of the class "charts" with a <figure data-chart> (JSON, see data.ts) for
 * each chart, which ends with a placeholder of the chart's height.
 */
import { addDownloads } from "../shared/downloads";
import { addMarks } from "../shared/sides";
import { createChart } from "./chart";
import { readChart, toTable } from "./data";

const MIN_CHANGE_PX = 8; // smaller changes of the width, such as a scrollbar's, do not redraw

/**
 * Draw the charts, and draw them again when their width changes.
 * @param section The element with data-figures.
 */
export default function draw(section: HTMLElement): void {
  const host = section.querySelector<HTMLElement>(".charts");
  if (!host) return;
  addMarks(host);
  const figures = [...host.querySelectorAll<HTMLElement>("figure[data-chart]")].map((element) => ({ element, chart: readChart(element) }));
  let drawnWidth = 0;
  const render = () => {
    if (Math.abs(host.clientWidth - drawnWidth) < MIN_CHANGE_PX) return;
    drawnWidth = host.clientWidth;
    for (const { element, chart } of figures) element.lastElementChild?.replaceWith(createChart(chart, element.clientWidth));
  };
  render();
  new ResizeObserver(render).observe(host);
  addDownloads(host, section.id || "figures", () => toTable(figures.map(({ chart }) => chart)));
}
