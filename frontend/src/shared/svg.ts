/** Helpers that create SVG elements. */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

type Attributes = Record<string, string | number | undefined>;

/**
 * Create an SVG element.
 * @param name The tag name.
 * @param attributes The attributes; undefined leaves an attribute out.
 * @param children Nodes and texts to append.
 * @returns The element.
 */
export function createSvg<K extends keyof SVGElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: (Node | string)[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG_NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * Return the path of diagonal lines inside a rectangle.
 * @param left The left edge.
 * @param top The upper edge.
 * @param width The width.
 * @param height The height.
 * @returns Path data.
 */
export function hatching(left: number, top: number, width: number, height: number): string {
  const lines = [];
  for (let start = 5 - height; start < width; start += 5) {
    const [from, to] = [Math.max(0, start), Math.min(width, start + height)];
    if (to > from) lines.push(`M${left + from},${top + height - (from - start)}L${left + to},${top + height - (to - start)}`);
  }
  return lines.join("");
}
