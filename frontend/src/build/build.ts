/** The query builder: every choice takes effect at once, and long lists of values can be searched by name. */
import { sitePath } from "../shared/assets";
import { createElement, debounce } from "../shared/dom";
import { fetchJson, isAbortError, LatestRequest } from "../shared/request";

const WAIT_MS = 200;
const MAX_LINES = 8; // of a list of values that was searched

interface SearchResponse {
  page: { groups: [string, { iri: string }[]][] };
}

/**
 * Make the form of the query builder act at each change, and add a search field to each long list of values.
 * @param builder The element with data-build; it is replaced by a new one after each change.
 */
export default function enhance(builder: HTMLElement): void {
  const form = builder.querySelector<HTMLFormElement>("form:not([action])");
  if (!form) return;
  form.addEventListener("change", ({ target }) => {
    if ((target as Element).closest("[name]")) form.requestSubmit();
  });
  for (const select of form.querySelectorAll<HTMLSelectElement>("select[data-find]")) addFinder(select);
}

/**
 * Add a search field before a select element: it leaves the options whose labels have all its words, or that the site's search finds.
 * Enter chooses the only one.
 */
function addFinder(select: HTMLSelectElement): void {
  const all = [...select.options];
  const status = createElement("span", { class: "quiet", role: "status" });
  const input = createElement("input", { type: "search", placeholder: "search by name", "aria-label": `Search: ${select.getAttribute("aria-label") ?? ""}` });
  const latest = new LatestRequest();
  let matches: HTMLOptionElement[] = [];

  const find = async () => {
    const text = input.value.trim();
    const signal = latest.next();
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = text ? await searchSite(text, signal) : new Set<string>();
    if (!found) return;
    const fits = (option: HTMLOptionElement) => words.every((word) => option.text.toLowerCase().includes(word)) || found.has(option.value.split(":").pop() ?? "");
    const left = all.filter((option) => !option.value || option.selected || fits(option));
    select.replaceChildren(...left);
    select.size = text ? Math.min(left.length, MAX_LINES) : 1;
    matches = text ? all.filter((option) => option.value && fits(option)) : [];
    status.textContent = text ? `${matches.length} of ${all.length - 1} found` : "";
  };
  input.addEventListener("input", debounce(WAIT_MS, () => void find()));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // would submit the form without a choice
    const [only] = matches;
    if (!only || matches.length > 1) {
      select.focus();
      return;
    }
    only.selected = true;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  select.before(createElement("p", {}, input, " ", status));
}

/** Return the last segments of the IRIs that the site's search finds; undefined if a newer search has begun, none if it fails. */
async function searchSite(text: string, signal: AbortSignal): Promise<Set<string> | undefined> {
  try {
    const { page } = await fetchJson<SearchResponse>(sitePath(`search.json?${new URLSearchParams({ q: text })}`), signal);
    return new Set(page.groups.flatMap(([, matches]) => matches.map(({ iri }) => iri.split(/[/#]/).pop() ?? "")));
  } catch (error) {
    return isAbortError(error) ? undefined : new Set();
  }
}
