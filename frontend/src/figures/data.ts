/** The data of the charts of figures, as FigureChart of the server, and their conversion to a table. */
import { sitePath } from "../shared/assets";
import type { Side } from "../shared/sides";

/** A figure as one claim gives it: an exact number, bounds, or words only. `source` is who says so. */
export interface Figure {
  party: string;
  side: Side;
  exact: number | null;
  least: number | null;
  greatest: number | null;
  text: string;
  source: string;
  included_in: string;
  is_nested: boolean;
  path: string;
}

/** What a figure counts. */
export type Measure = "people" | "things";

/** The figures of one kind in one event; `event` is the part they are about, "" for the event of the chart. */
export interface Kind {
  event: string;
  kind: string;
  measure: Measure;
  figures: Figure[];
}

/** The chart of one event and its parts; `ends` are the largest numbers of its scales. */
export interface Chart {
  path: string;
  name: string;
  date: string;
  is_whole: boolean;
  kinds: Kind[];
  ends: Record<Measure, number>;
  has_own_scale: boolean;
}

const NO_FIGURE: Omit<Figure, "text" | "source" | "path"> = { party: "", side: "", exact: null, least: null, greatest: null, included_in: "", is_nested: false };

/**
 * Read the chart of an element from its attribute data-chart, in which empty members are left out.
 * @param element The element.
 * @returns The chart.
 */
export function readChart(element: HTMLElement): Chart {
  const chart = JSON.parse(element.dataset.chart ?? "") as Chart;
  const kinds = chart.kinds.map((kind) => ({ ...kind, event: kind.event || "", figures: kind.figures.map((figure) => ({ ...NO_FIGURE, ...figure })) }));
  return { ...chart, kinds };
}

const COLUMNS = ["event", "part", "kind", "party", "side", "exact", "at_least", "at_most", "text", "source", "included_in", "page"];

/**
 * Convert charts to a table.
 * @param charts The charts.
 * @returns The names of the columns, then a row for each figure.
 */
export function toTable(charts: readonly Chart[]): (string | number | null)[][] {
  const rows = charts.flatMap(({ name, kinds }) =>
    kinds.flatMap(({ event, kind, figures }) =>
      figures.map(({ party, side, exact, least, greatest, text, source, included_in, path }) => [
        ...[name, event, kind, party, side, exact, least, greatest, text, source],
        ...[included_in, new URL(sitePath(path.slice(1)), location.href).href],
      ]),
    ),
  );
  return [COLUMNS, ...rows];
}
