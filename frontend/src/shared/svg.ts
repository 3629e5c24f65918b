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
