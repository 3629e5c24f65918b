/** What a drawing of Observable Plot needs before it goes on a page. */

/** Take out the style element, which the pages' content policy forbids (visual.css has its rules), and the names of parts; name the whole. */
export function asImage(drawn: Element, words: string): Element {
  for (const style of drawn.querySelectorAll("style")) style.remove();
  for (const part of drawn.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", words);
  return drawn;
}

/** Return a label that fits: its end tells more than its middle. */
export function shortened(text: string, room: number): string {
  if (text.length <= room) return text;
  const half = Math.floor((room - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(text.length - half)}`;
}
