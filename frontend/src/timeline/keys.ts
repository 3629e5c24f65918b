/** One stop of the Tab key for the whole timeline; within it the arrow keys go from event to event. */

export function moveByKeys(chart: SVGSVGElement): void {
  chart.setAttribute("tabindex", "0");
  chart.addEventListener("keydown", (event) => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (!step) return;
    const links = [...chart.querySelectorAll<SVGAElement>("a.event")];
    const next = links.indexOf(document.activeElement as SVGAElement & Element) + step;
    links[Math.max(0, Math.min(next, links.length - 1))]?.focus();
    event.preventDefault();
  });
}
