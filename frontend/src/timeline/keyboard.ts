/** Keyboard navigation: the timeline is one stop of the Tab key, and the arrow keys move between its events (roving focus). */

const STEPS: Partial<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };

/**
 * Let the arrow keys move the focus from event to event.
 * @param chart The timeline, whose events are links of the class "event".
 */
export function addArrowKeys(chart: SVGSVGElement): void {
  chart.setAttribute("tabindex", "0");
  chart.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    const links = [...chart.querySelectorAll<SVGAElement>("a.event")];
    const next = links.findIndex((link) => link === document.activeElement) + step;
    links[Math.max(0, Math.min(next, links.length - 1))]?.focus();
    event.preventDefault();
  });
}
