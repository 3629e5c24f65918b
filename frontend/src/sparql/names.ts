/** Between IRIs, prefixed names and the pages of this site. */

const BASE = "https://w3id.org/sjkg/";
const LOCAL_NAME = /^[\w-]*$/;
const OF_THE_WEB = /^https?:\/\//i;

export type Prefixes = Record<string, string>;

/** Return an IRI as short as the prefixes make it. */
export function shorten(iri: string, prefixes: Prefixes): string {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    const local = iri.slice(namespace.length);
    if (iri.startsWith(namespace) && LOCAL_NAME.test(local)) return `${prefix}:${local}`;
  }
  return iri;
}

/** Return where an IRI is shown: on a page of this site, or at its own address; nowhere where that is none of the web, such as a script. */
export function pageOf(iri: string): string {
  if (!iri.startsWith(BASE)) return OF_THE_WEB.test(iri) ? iri : "";
  return `/page/${iri.slice(BASE.length).replace(/^id\//, "").replace("#", "/")}`;
}
