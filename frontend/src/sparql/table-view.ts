/** View of a query result as a table: IRIs link to their pages, numbers are right-aligned, languages are named. */
import { createButton, createElement } from "../shared/dom";
import { type QueryResult, type Row, type Term, toNumber } from "./endpoint";
import { pageOf, type Prefixes, shorten } from "./iris";

const BATCH_SIZE = 500;

/**
 * Create a table. It shows 500 rows and a button for 500 more.
 * @param result The result.
 * @param prefixes Abbreviate IRIs.
 * @returns The table in its scrolling frame.
 */
export function createTable(result: QueryResult, prefixes: Prefixes): HTMLElement {
  const head = createElement("tr", {}, ...result.columns.map((column) => createElement("th", { scope: "col" }, column)));
  const body = createElement("tbody");
  const table = createElement("table", { class: "stack" }, createElement("thead", {}, head), body);
  const frame = createElement("div", {}, createElement("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Result" }, table));
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
  return frame;
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
  return path ? createElement("a", { href: path, title: iri }, name) : name;
}
