/** Running queries on the SPARQL endpoint, and reading their results (https://www.w3.org/TR/sparql11-results-json/). */
import { request } from "../shared/request";
import { pageOf } from "./iris";

/** An RDF term. */
export interface Term {
  type: "uri" | "literal" | "bnode" | "triple";
  value: string;
  datatype?: string;
  "xml:lang"?: string;
}

/** A solution: the terms bound to the variables. */
export type Row = Partial<Record<string, Term>>;

/** The result of a query: rows, a boolean, or a graph as Turtle; `raw` is the body of the response. */
export interface QueryResult {
  raw: string;
  mediaType: string;
  columns: string[];
  rows: Row[];
  boolean?: boolean;
  timeMs: number;
}

interface SparqlJson {
  head?: { vars?: string[] };
  results?: { bindings: Row[] };
  boolean?: boolean;
}

const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9";
const MAX_GET_LENGTH = 4000; // longer queries are sent by POST

/**
 * Run a query.
 * @param query The text of the query.
 * @param signal Aborts the query.
 * @returns The result.
 * @throws {HttpProblem} With the server's message, line and column, if the query cannot be run.
 */
export async function runQuery(query: string, signal?: AbortSignal): Promise<QueryResult> {
  const start = performance.now();
  const parameters = new URLSearchParams({ query });
  const isShort = parameters.toString().length < MAX_GET_LENGTH;
  const response = await request(isShort ? `/sparql?${parameters}` : "/sparql", {
    method: isShort ? "GET" : "POST",
    body: isShort ? undefined : parameters,
    headers: { Accept: ACCEPT },
    signal,
  });
  const raw = await response.text();
  const timeMs = performance.now() - start;
  const mediaType = response.headers.get("Content-Type")?.split(";")[0] ?? "";
  const { head, results, boolean } = (mediaType.endsWith("json") ? JSON.parse(raw) : {}) as SparqlJson;
  return { raw, mediaType, columns: head?.vars ?? [], rows: results?.bindings ?? [], boolean, timeMs };
}

/**
 * Read a term as a number.
 * @param term The term.
 * @returns The number, or null if the term has no numeric datatype.
 */
export function toNumber(term: Term | undefined): number | null {
  const isNumber = /#(integer|decimal|double|float|int|long|nonNegativeInteger|positiveInteger)$/.test(term?.datatype ?? "");
  return term && isNumber ? Number(term.value) : null;
}

/**
 * Read a term as a day.
 * @param term The term.
 * @returns The day as YYYY-MM-DD, or null if the term is no xsd:date.
 */
export function toDay(term: Term | undefined): string | null {
  return term?.datatype?.endsWith("#date") ? term.value.slice(0, 10) : null;
}

/**
 * Return a label for a row and the page to which it links.
 * @param row The row.
 * @param columns The columns to consider.
 * @returns The first text with a language, else the first plain text, else the end of the first IRI; and the page of that IRI.
 */
export function labelRow(row: Row, columns: readonly string[]): { name: string; path: string } {
  const terms = columns.map((column) => row[column]).filter((term) => term !== undefined);
  const iri = terms.find((term) => term.type === "uri")?.value;
  const literals = terms.filter((term) => term.type === "literal");
  const text = (literals.find((term) => term["xml:lang"]) ?? literals.find((term) => !term.datatype))?.value;
  return { name: text ?? iri?.split(/[/#]/).pop()?.replaceAll("-", " ") ?? "", path: iri ? pageOf(iri) : "" };
}
