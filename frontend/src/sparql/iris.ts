/** Conversions between IRIs, prefixed names and pages of this site. */
import { sitePath } from "../shared/assets";

const BASE = "https://w3id.org/sjkg/";
const DATASET = `${BASE}dataset`;
const LOCAL_NAME = /^[\w-]*$/;
const HTTP_URL = /^https?:\/\//i;

/** Namespaces by their prefixes. */
export type Prefixes = Record<string, string>;

/**
 * Abbreviate an IRI to a prefixed name.
 * @param iri The IRI.
 * @param prefixes The prefixes to use.
 * @returns The prefixed name, or the IRI if no prefix fits.
 */
export function shorten(iri: string, prefixes: Prefixes): string {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    const local = iri.slice(namespace.length);
    if (iri.startsWith(namespace) && LOCAL_NAME.test(local)) return `${prefix}:${local}`;
  }
  return iri;
}

/**
 * Check whether an IRI belongs to this site.
 * @param iri The IRI.
 * @returns True if so.
 */
export function isOwn(iri: string): boolean {
  return iri.startsWith(BASE);
}

/**
 * Return the address to which an IRI links.
 * @param iri The IRI.
 * @returns A page of this site, the IRI itself if it is an HTTP URL, or an empty text, for instance for "javascript:".
 */
export function pageOf(iri: string): string {
  if (!isOwn(iri)) return HTTP_URL.test(iri) ? iri : "";
  if (iri === DATASET) return sitePath("dataset");
  return sitePath(`page/${iri.slice(BASE.length).replace(/^id\//, "").replace("#", "/")}`);
}
