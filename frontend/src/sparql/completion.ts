/** Completion in the query editor: prefixes, terms of the ontology, and entities by their names. */
import Yasqe from "@zazuko/yasqe";
import { sitePath } from "../shared/assets";
import { fetchJson } from "../shared/request";
import { runQuery } from "./endpoint";
import { type Prefixes, shorten } from "./iris";
import terms from "./terms.rq";

interface Suggestion {
  text: string;
  meaning: string;
}

const ENTITY_NAME = /^(?:(event|actor|place|treaty|work):)?([^:]{2,})$/;
const MIN_BARE_LENGTH = 3; // of a name without prefix
const MAX_SUGGESTIONS = 60;

let ontologyTerms: Promise<Suggestion[]> | undefined;
const meanings = new Map<string, string>();

/**
 * Register the completion of terms with Yasqe. The terms of the ontology are fetched once, at the first completion.
 * @param prefixes The prefixes to complete and to use in suggestions.
 */
export function addCompletion(prefixes: Prefixes): void {
  Yasqe.registerAutocompleter(
    {
      name: "terms",
      bulk: false,
      autoShow: true,
      isValidCompletionPosition: (yasqe) => isName(yasqe.getCompleteToken().string),
      get: async (_, token) => {
        const written = token?.string.trim() ?? "";
        const found = [...matchPrefixes(written, prefixes), ...(await matchTerms(written, prefixes)), ...(await matchEntities(written))];
        for (const { text, meaning } of found) meanings.set(text, meaning);
        return found.slice(0, MAX_SUGGESTIONS).map(({ text }) => text);
      },
      postprocessHints: (_, hints) => hints.map((hint) => ({ ...hint, displayText: withMeaning(hint.text) })),
    },
    false,
  );
}

/** Return true if a text is the beginning of a prefix or prefixed name. */
function isName(written: string): boolean {
  return /^[A-Za-z][\w-]*(:[\w-]*)?$/.test(written);
}

/** Return a suggestion as the list shows it. */
function withMeaning(text: string): string {
  const meaning = meanings.get(text);
  return meaning ? `${text} — ${meaning}` : text;
}

/** Return the prefixes that begin with a text. */
function matchPrefixes(written: string, prefixes: Prefixes): Suggestion[] {
  if (written.includes(":")) return [];
  return Object.entries(prefixes)
    .filter(([prefix]) => prefix.startsWith(written))
    .map(([prefix, namespace]) => ({ text: `${prefix}:`, meaning: namespace }));
}

/** Return the terms whose prefixed name begins with a text, or whose local name does if the text has no prefix. */
async function matchTerms(written: string, prefixes: Prefixes): Promise<Suggestion[]> {
  ontologyTerms ??= runQuery(terms).then(({ rows }) =>
    rows.map(({ term, name, meaning }) => ({ text: shorten(term?.value ?? "", prefixes), meaning: meaning?.value ?? name?.value ?? "" })),
  );
  const start = written.toLowerCase();
  const fits = (text: string) => text.startsWith(start) || (start.length > 2 && !start.includes(":") && (text.split(":")[1] ?? "").startsWith(start));
  return (await ontologyTerms).filter(({ text }) => fits(text.toLowerCase()));
}

/** Return entities found by name: "event:khalkh" finds the battles of Khalkhin Gol, "khalkh" also places and works of this name. */
async function matchEntities(written: string): Promise<Suggestion[]> {
  const [, kind, words] = ENTITY_NAME.exec(written) ?? [];
  if (!words || (!kind && words.length < MIN_BARE_LENGTH)) return [];
  const query = new URLSearchParams({ q: words.replaceAll("-", " ") });
  const { page } = await fetchJson<{ page: { groups: [string, { path: string; name: string; kind: string }[]][] } }>(sitePath(`search.json?${query}`));
  return page.groups
    .flatMap(([, found]) => found)
    .filter((one) => (kind ? one.kind === kind : ENTITY_NAME.test(`${one.kind}:${words}`)))
    .map((one) => ({ text: one.path.replace(sitePath(`page/${one.kind}/`), `${one.kind}:`), meaning: one.name }));
}
