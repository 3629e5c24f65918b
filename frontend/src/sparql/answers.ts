/** Asking the endpoint, and its answers as SPARQL JSON. */
import { ask } from "../common/fetch";

export interface Term {
  type: "uri" | "literal" | "bnode" | "triple";
  value: string;
  datatype?: string;
  "xml:lang"?: string;
}

export type Row = Record<string, Term | undefined>;

/** A whole answer: a table, a yes or no, or a graph as Turtle; `raw` is the text as it came. */
export interface Answer {
  raw: string;
  mediaType: string;
  columns: string[];
  rows: Row[];
  boolean?: boolean;
  time_ms: number;
}

const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9";
const LONGEST_ADDRESS = 4000;

/** Evaluate a query. Throws Problem with the server's sentence, line and column. */
export async function evaluate(query: string, signal?: AbortSignal): Promise<Answer> {
  const start = performance.now();
  const parameters = new URLSearchParams({ query });
  const isShort = String(parameters).length < LONGEST_ADDRESS;
  const answer = await ask(isShort ? `/sparql?${parameters}` : "/sparql", {
    method: isShort ? "GET" : "POST",
    body: isShort ? undefined : parameters,
    headers: { Accept: ACCEPT },
    signal,
  });
  const raw = await answer.text();
  const time_ms = performance.now() - start;
  const mediaType = answer.headers.get("Content-Type")?.split(";")[0] ?? "";
  const parsed = mediaType.endsWith("json") ? JSON.parse(raw) : {};
  return { raw, mediaType, columns: parsed.head?.vars ?? [], rows: parsed.results?.bindings ?? [], boolean: parsed.boolean, time_ms };
}

/** Return the number that a term is, or null. */
export function numberOf(term: Term | undefined): number | null {
  const isNumber = /#(integer|decimal|double|float|int|long|nonNegativeInteger|positiveInteger)$/.test(term?.datatype ?? "");
  return term && isNumber ? Number(term.value) : null;
}

/** Return the day (YYYY-MM-DD) that a term is, or null. */
export function dayIn(term: Term | undefined): string | null {
  return term?.datatype?.endsWith("#date") ? term.value.slice(0, 10) : null;
}
