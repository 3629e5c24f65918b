/**
 * Draws the figures of the tables of a section, a chart for each kind of figure that has a place for one.
 *
 * <section data-figures>, in which what shows a figure carries data-figure (JSON as in data.ts), and .charts has a
 * <figure data-kind> with a caption for each chart.
 */
import { chart, type Chart } from "./chart";
import { byKind, readFigures } from "./data";

export default function draw(place: HTMLElement): void {
  const host = place.querySelector<HTMLElement>(".charts");
  if (!host) return;
  const kinds = byKind(readFigures(place));
  const charts = [...host.querySelectorAll<HTMLElement>("[data-kind]")];
  let drawnWidth = 0;
  const render = () => {
    if (Math.abs(host.clientWidth - drawnWidth) < 8) return;
    drawnWidth = host.clientWidth;
    for (const one of charts) {
      const kind = one.dataset.kind ?? "";
      fill(one, kind, chart(kind, kinds.get(kind) ?? [], drawnWidth));
    }
  };
  render();
  new ResizeObserver(render).observe(host);
}

function fill(place: HTMLElement, kind: string, { drawn, isUneven }: Chart): void {
  const caption = document.createElement("figcaption");
  caption.textContent = isUneven ? `${kind} (logarithmic scale)` : kind;
  place.replaceChildren(caption, drawn);
}
