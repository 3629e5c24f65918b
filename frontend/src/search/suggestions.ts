/**
 * Suggestions under the search field of the header.
 * Pattern: combobox with a listbox popup, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
import { sitePath } from "../shared/assets";
import { createElement, debounce } from "../shared/dom";
import { fetchJson, isAbortError, LatestRequest } from "../shared/request";
import { startWithCapital } from "../shared/text";

interface Match {
  path: string;
  name: string;
  kind: string;
  found_as: string | null;
  language: string | null;
  is_elsewhere: boolean;
  dataset: string;
}

interface SearchResponse {
  page: { total: number; groups: [string, Match[]][]; elsewhere: { title: string; things: { path: string; name: string; kind: string }[] }[] };
}

const MAX_KINDS = 5;
const MAX_PER_KIND = 4;
const WAIT_MS = 80;

/**
 * Turn a search field into a combobox that suggests things while the reader types.
 * @param input The field; it needs an id.
 */
export function attachSuggestions(input: HTMLInputElement): void {
  const list = createElement("ul", { id: `${input.id}-found`, role: "listbox", "aria-label": "Found", hidden: true });
  const status = createElement("span", { class: "hidden", role: "status" });
  input.after(list, status);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  const latest = new LatestRequest();
  let current = -1;

  const options = () => [...list.querySelectorAll<HTMLElement>("[role=option]")];

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    select(-1);
  };

  const select = (position: number) => {
    current = position;
    options().forEach((option, index) => option.setAttribute("aria-selected", String(index === position)));
    const option = options()[position];
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };

  const show = (response: SearchResponse) => {
    const { groups, elsewhere } = response.page;
    list.replaceChildren(...createGroups([...groups.slice(0, MAX_KINDS), ...elsewhere.map(toGroup)], list.id));
    const count = options().length;
    status.textContent = count ? `${count} results; choose with the arrow keys` : "Nothing found";
    if (!count) list.append(createElement("li", { class: "quiet", role: "presentation" }, "Nothing found"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    select(-1);
  };

  const suggest = async () => {
    const text = input.value.trim();
    const signal = latest.next();
    if (!text) {
      close();
      return;
    }
    try {
      show(await fetchJson<SearchResponse>(sitePath(`search.json?${new URLSearchParams({ q: text })}`), signal));
    } catch (error) {
      if (!isAbortError(error)) close();
    }
  };

  input.addEventListener("input", debounce(WAIT_MS, () => void suggest()));
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
  list.addEventListener("click", (event) => openPage((event.target as Element).closest<HTMLElement>("[role=option]")));
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const last = options().length - 1;
    if (event.key === "ArrowDown") select(current === last ? -1 : current + 1);
    else if (event.key === "ArrowUp") select(current === -1 ? last : current - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && current >= 0) openPage(options()[current]);
    else return;
    event.preventDefault();
  });
}

/** Open the page of an option. */
function openPage(option: HTMLElement | null | undefined): void {
  if (option?.dataset.path) location.assign(option.dataset.path);
}

/** Return the group of the things that were found in another dataset. */
function toGroup({ title, things }: SearchResponse["page"]["elsewhere"][number]): [string, Match[]] {
  return [`In another dataset: ${title}`, things.map((thing) => ({ ...thing, found_as: null, language: null, is_elsewhere: false, dataset: "" }))];
}

/** Return a list item for each group, which holds its first options; `listId` begins the id of every option. */
function createGroups(groups: [string, Match[]][], listId: string): HTMLElement[] {
  let number = 0;
  return groups.map(([title, matches]) => {
    const group = createElement("ul", { role: "group", "aria-label": title });
    for (const match of matches.slice(0, MAX_PER_KIND)) {
      const option = createElement("li", { role: "option", id: `${listId}-${number++}`, "data-path": match.path }, startWithCapital(match.name));
      if (match.found_as) option.append(" ", createElement("small", { lang: match.language ?? undefined }, match.found_as));
      if (match.is_elsewhere) option.append(" ", createElement("small", {}, `in ${match.dataset || "another dataset"}`));
      group.append(option);
    }
    return createElement("li", { role: "presentation" }, createElement("span", { class: "quiet", "aria-hidden": "true" }, title), group);
  });
}
