/** The figures of a page, read from its tables. */

/** A figure as one claim gives it: an exact number, bounds, or words only. */
export interface Figure {
  kind: string;
  party: string | null;
  event: string | null;
  exact: number | null;
  least: number | null;
  greatest: number | null;
  words: string;
  speakers: string;
}

/**
 * Read the figures inside an element, from the JSON in their data-figure attributes, grouped by kind.
 * @param section The element.
 * @returns The figures of each kind, in the order of the page.
 */
export function readFigures(section: Element): Map<string, Figure[]> {
  const groups = new Map<string, Figure[]>();
  for (const element of section.querySelectorAll<HTMLElement>("[data-figure]")) {
    const figure = JSON.parse(element.dataset.figure ?? "") as Figure;
    groups.set(figure.kind, [...(groups.get(figure.kind) ?? []), figure]);
  }
  return groups;
}

/**
 * Return the largest number that a figure gives.
 * @param figure The figure.
 * @returns The number, or null for a figure in words.
 */
export function largestNumber(figure: Figure): number | null {
  return figure.exact ?? figure.greatest ?? figure.least;
}
