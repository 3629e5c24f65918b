/** Completes what is being written: prefixes, terms of the ontology, and things by their names. */
import Yasqe from "@zazuko/yasqe";
import { fetchJson } from "../common/fetch";
import { evaluate } from "./answers";
import { type Prefixes, shorten } from "./names";
import terms from "./terms.rq";

interface Suggestion {
  text: string;
  meaning: string;
}

const THINGS = /^(event|actor|place|treaty|work):(.{2,})$/;
const MOST = 60;

let known: Promise<Suggestion[]> | undefined;
const meanings = new Map<string, string>();

/** Register the completer; the ontology is asked for once, when something is first completed. */
export function addCompletion(prefixes: Prefixes): void {
  Yasqe.registerAutocompleter(
    {
      name: "terms",
      bulk: false,
      autoShow: true,
      isValidCompletionPosition: (yasqe) => isName(yasqe.getCompleteToken().string),
      get: async (_, token) => {
        const written = token?.string.trim() ?? "";
        const found = [...ofPrefixes(written, prefixes), ...(await ofTerms(written, prefixes)), ...(await ofThings(written))];
        for (const { text, meaning } of found) meanings.set(text, meaning);
        return found.slice(0, MOST).map(({ text }) => text);
      },
      postprocessHints: (_, hints) => hints.map((hint) => ({ ...hint, displayText: withMeaning(hint.text) })),
    },
    false,
  );
}

function isName(written: string): boolean {
  return /^[A-Za-z][\w-]*(:[\w-]*)?$/.test(written);
}

function withMeaning(text: string): string {
  const meaning = meanings.get(text);
  return meaning ? `${text} — ${meaning}` : text;
}

function ofPrefixes(written: string, prefixes: Prefixes): Suggestion[] {
  if (written.includes(":")) return [];
  return Object.entries(prefixes)
    .filter(([prefix]) => prefix.startsWith(written))
    .map(([prefix, namespace]) => ({ text: `${prefix}:`, meaning: namespace }));
}

/** Return terms whose prefixed name begins with what is written, or whose local name does where no prefix is. */
async function ofTerms(written: string, prefixes: Prefixes): Promise<Suggestion[]> {
  known ??= evaluate(terms).then(({ rows }) =>
    rows.map(({ term, name, meaning }) => ({ text: shorten(term?.value ?? "", prefixes), meaning: meaning?.value ?? name?.value ?? "" })),
  );
  const start = written.toLowerCase();
  const fits = (text: string) => text.startsWith(start) || (start.length > 2 && !start.includes(":") && (text.split(":")[1] ?? "").startsWith(start));
  return (await known).filter(({ text }) => fits(text.toLowerCase()));
}

/** Return things found by name: event:khalkh finds the battles of Khalkhin Gol. */
async function ofThings(written: string): Promise<Suggestion[]> {
  const [, kind, words] = THINGS.exec(written) ?? [];
  if (!kind || !words) return [];
  const query = new URLSearchParams({ q: words.replaceAll("-", " ") });
  const { page } = await fetchJson<{ page: { groups: [string, { path: string; name: string; kind: string }[]][] } }>(`/search.json?${query}`);
  return page.groups
    .flatMap(([, found]) => found)
    .filter((one) => one.kind === kind)
    .map((one) => ({ text: one.path.replace(`/page/${kind}/`, `${kind}:`), meaning: one.name }));
}
