/** One figure as a statement gives it: exactly, within bounds, or only in words. */
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

/** Read the figures that the rows of a table carry as JSON in data-figure. */
export function readFigures(table: Element): Figure[] {
  return [...table.querySelectorAll<HTMLElement>("[data-figure]")].map((row) => JSON.parse(row.dataset.figure ?? ""));
}

/** Group figures by what is counted, in the order of the table. */
export function byKind(figures: readonly Figure[]): Map<string, Figure[]> {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) groups.set(figure.kind, [...(groups.get(figure.kind) ?? []), figure]);
  return groups;
}

/** Return the largest number a figure names, or null for one in words. */
export function largest(figure: Figure): number | null {
  return figure.exact ?? figure.greatest ?? figure.least;
}
