/** Preparing charts of Observable Plot for a page. */

/**
 * Make a chart an image with a text alternative. Removes its style element, which the content security policy forbids
 * (visual.css has these rules), and the labels of its parts.
 * @param chart The element that Plot returns.
 * @param description The text alternative.
 * @returns The same element.
 */
export function asImage(chart: Element, description: string): Element {
  for (const style of chart.querySelectorAll("style")) style.remove();
  for (const part of chart.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", description);
  return chart;
}

/**
 * Shorten a text by cutting out its middle: labels differ at their ends.
 * @param text The text.
 * @param maxLength The greatest length of the result, in characters.
 * @returns The text, with "…" in place of what was cut.
 */
export function truncateMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor((maxLength - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(text.length - half)}`;
}
