/** An answer as a table: things lead to their pages, numbers stand right, languages are named. */
import { button, make } from "../common/dom";
import { type Answer, numberOf, type Row, type Term } from "./answers";
import { pageOf, type Prefixes, shorten } from "./names";

const AT_ONCE = 500;

export function table(answer: Answer, prefixes: Prefixes): HTMLElement {
  const head = make("tr", {}, ...answer.columns.map((column) => make("th", { scope: "col" }, column)));
  const body = make("tbody");
  const region = make("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Answer" }, make("table", { class: "stack" }, make("thead", {}, head), body));
  const frame = make("div", {}, region);
  let shown = 0;
  const more = button("", () => add());
  const add = () => {
    const next = answer.rows.slice(shown, shown + AT_ONCE);
    body.append(...next.map((row) => line(row, answer.columns, prefixes)));
    shown += next.length;
    const left = answer.rows.length - shown;
    more.textContent = `Show ${Math.min(left, AT_ONCE).toLocaleString("en")} more of ${left.toLocaleString("en")}`;
    if (left > 0) frame.append(more);
    else more.remove();
  };
  add();
  return frame;
}

function line(row: Row, columns: string[], prefixes: Prefixes): HTMLElement {
  return make("tr", {}, ...columns.map((column) => cell(row[column], column, prefixes)));
}

function cell(term: Term | undefined, column: string, prefixes: Prefixes): HTMLElement {
  const label = { "data-label": column }; // for a phone, on which a row is a card
  if (!term) return make("td", label);
  if (term.type === "uri") return make("td", label, thing(term.value, prefixes));
  const language = term["xml:lang"];
  const look = numberOf(term) !== null ? "number" : /^\d{4}-\d\d-\d\d$/.test(written(term)) ? "short" : undefined;
  const content = make("td", { ...label, class: look, lang: language }, written(term));
  if (language && language !== "en") content.append(" ", make("small", {}, language));
  return content;
}

function thing(iri: string, prefixes: Prefixes): HTMLElement | string {
  const path = pageOf(iri), name = shorten(iri, prefixes);
  return path ? make("a", { href: path, title: iri }, name) : name;
}

function written(term: Term): string {
  return typeof term.value === "string" ? term.value : JSON.stringify(term.value);
}
