/** Running queries on the SPARQL endpoint, and reading their results (https://www.w3.org/TR/sparql11-results-json/). */
import { sitePath } from "../shared/assets";
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

/** The result of a query: rows, a boolean, or a graph as Turtle. `raw` is the body of the response; `warnings` are sentences about IRIs in the query that are nowhere in the graph, and about an empty result. */
export interface QueryResult {
  query: string;
  raw: string;
  warnings: string[];
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
const TRIPLE = ["subject", "predicate", "object"];
const NT_TERM = /<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?/y;
const NT_ESCAPE = /\\(?:u([\dA-F]{4})|U([\dA-F]{8})|(.))/gi;
const NT_CONTROLS: Partial<Record<string, string>> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };
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
  const response = await send(query, ACCEPT, signal);
  const raw = await response.text();
  const timeMs = performance.now() - start;
  const mediaType = response.headers.get("Content-Type")?.split(";")[0] ?? "";
  const { head, results, boolean } = (mediaType.endsWith("json") ? JSON.parse(raw) : {}) as SparqlJson;
  const warnings = [
    ...readUnknownTerms(response.headers.get("SJKG-Unknown-Terms") ?? ""),
    ...readDisplayString(response.headers.get("SJKG-Empty-Result") ?? ""),
  ];
  return { query, raw, warnings, mediaType, columns: head?.vars ?? [], rows: results?.bindings ?? [], boolean, timeMs };
}

/** Send a query for a result of a media type, by GET if it is short, else by POST. */
function send(query: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const parameters = new URLSearchParams({ query });
  const isShort = parameters.toString().length < MAX_GET_LENGTH;
  return request(sitePath(isShort ? `sparql?${parameters}` : "sparql"), {
    method: isShort ? "GET" : "POST",
    body: isShort ? undefined : parameters,
    headers: { Accept: accept },
    signal,
  });
}

/**
 * Run a CONSTRUCT or DESCRIBE query and return its triples as rows.
 * @param query The text of the query.
 * @returns A result with the columns subject, predicate and object.
 * @throws {HttpProblem} With the server's message, if the query cannot be run.
 */
export async function fetchTriples(query: string): Promise<Pick<QueryResult, "columns" | "rows">> {
  const lines = (await (await send(query, "application/n-triples")).text()).split("\n");
  return { columns: TRIPLE, rows: lines.filter(Boolean).map(readTriple) };
}

/** Return a line of N-Triples (https://www.w3.org/TR/n-triples/) as a row. A triple term is kept as text. */
function readTriple(line: string): Row {
  let position = 0;
  const readTerm = (): Term => {
    NT_TERM.lastIndex = position;
    const found = NT_TERM.exec(line);
    if (!found) return { type: "literal", value: line.slice(position).replace(/ \.$/, "") };
    position = NT_TERM.lastIndex + 1;
    const [, iri, label, text, language, datatype] = found;
    if (text !== undefined) return { type: "literal", value: unescape(text), datatype, "xml:lang": language };
    return iri === undefined ? { type: "bnode", value: label ?? "" } : { type: "uri", value: unescape(iri) };
  };
  return Object.fromEntries(TRIPLE.map((name) => [name, readTerm()]));
}

/** Replace the escapes of N-Triples by the characters they stand for. */
function unescape(text: string): string {
  return text.replace(NT_ESCAPE, (_, short?: string, long?: string, sign?: string) =>
    sign === undefined ? String.fromCodePoint(parseInt(short ?? long ?? "", 16)) : (NT_CONTROLS[sign] ?? sign),
  );
}

/** Return a sentence for each IRI in the header SJKG-Unknown-Terms, a List of Strings with the parameter “similar” (RFC 9651). */
function readUnknownTerms(header: string): string[] {
  return [...header.matchAll(/"([^"]*)"(?:;similar="([^"]*)")?/g)].map(([, name = "", similar]) => {
    const advice = similar ? `did you mean ${similar.split(" ").join(" or ")}?` : "check its spelling and its namespace";
    return `${name} is nowhere in the graph; ${advice}`;
  });
}

/** Return the text of a header that is a Display String (RFC 9651 §3.3.8); none if it is anything else. */
function readDisplayString(header: string): string[] {
  try {
    return [...header.matchAll(/^%"([^"]*)"$/g)].map(([, text = ""]) => decodeURIComponent(text));
  } catch {
    return [];
  }
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
 * @returns The day as YYYY-MM-DD, or null if the term is not an xsd:date.
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
