/** View of a query result as a table: IRIs link to their pages, numbers are right-aligned, languages are named. */
import { createButton, createElement } from "../shared/dom";
import { type QueryResult, type Row, runQuery, type Term, toNumber } from "./endpoint";
import { isOwn, pageOf, type Prefixes, shorten } from "./iris";

const BATCH_SIZE = 500;

/**
 * Create a table. It shows 500 rows and a button for 500 more.
 * @param result The result.
 * @param prefixes Abbreviate IRIs.
 * @returns The table in its scrolling frame.
 */
export function createTable(result: Pick<QueryResult, "columns" | "rows">, prefixes: Prefixes): HTMLElement {
  const styleOf = (column: string) => (toNumber(result.rows[0]?.[column]) === null ? undefined : "number");
  const head = createElement("tr", {}, ...result.columns.map((column) => createElement("th", { scope: "col", class: styleOf(column) }, column)));
  const body = createElement("tbody");
  const table = createElement("table", { class: "stack" }, createElement("thead", {}, head), body);
  const frame = createElement("div", {}, createElement("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table of the result" }, table));
  let shown = 0;
  const addRows = () => {
    const batch = result.rows.slice(shown, shown + BATCH_SIZE);
    body.append(...batch.map((row) => createRow(row, result.columns, prefixes)));
    shown += batch.length;
    const left = result.rows.length - shown;
    more.textContent = `Show ${Math.min(left, BATCH_SIZE).toLocaleString("en")} of ${left.toLocaleString("en")} more rows`;
    if (left > 0) frame.append(more);
    else more.remove();
  };
  const more = createButton("", addRows);
  addRows();
  for (const type of ["pointerover", "focusin"]) frame.addEventListener(type, ({ target }) => void showLabel(target));
  return frame;
}

/** Replace the IRI in the title of a link by the label of what it names, once per link; the title stays if there is none. */
async function showLabel(target: EventTarget | null): Promise<void> {
  if (!(target instanceof HTMLAnchorElement) || !target.dataset.iri) return;
  const iri = target.dataset.iri;
  delete target.dataset.iri;
  const { rows } = await runQuery(`SELECT ?label { <${iri}> rdfs:label ?label FILTER(LANG(?label) IN ("en", "")) } LIMIT 1`);
  target.title = rows[0]?.label?.value ?? target.title;
}

/** Create a row of the table. */
function createRow(row: Row, columns: string[], prefixes: Prefixes): HTMLElement {
  return createElement("tr", {}, ...columns.map((column) => createCell(row[column], column, prefixes)));
}

/** Create a cell; its data-label names the column on a phone, where a row is shown as a card. */
function createCell(term: Term | undefined, column: string, prefixes: Prefixes): HTMLElement {
  const label = { "data-label": column };
  if (!term) return createElement("td", label);
  if (term.type === "uri") return createElement("td", label, createLink(term.value, prefixes));
  const text = typeof term.value === "string" ? term.value : JSON.stringify(term.value); // the value of a triple term is an object
  const language = term["xml:lang"];
  const style = toNumber(term) !== null ? "number" : /^\d{4}-\d\d-\d\d$/.test(text) ? "short" : undefined;
  const cell = createElement("td", { ...label, class: style, lang: language }, text);
  if (language && language !== "en") cell.append(" ", createElement("small", {}, language));
  return cell;
}

/** Return an IRI as a prefixed name, linked if it has a page. */
function createLink(iri: string, prefixes: Prefixes): HTMLElement | string {
  const path = pageOf(iri);
  const name = shorten(iri, prefixes);
  return path ? createElement("a", { href: path, title: iri, "data-iri": isOwn(iri) ? iri : undefined }, name) : name;
}
