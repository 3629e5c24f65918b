/** Filtering, sorting and paging a list without a page load: the list is replaced and the address follows. */
import { currentParameters, onFiltersChange, pushQuery } from "../shared/filters";
import { markDrawn } from "../shared/performance";
import { isAbortError, LatestRequest, request } from "../shared/request";

const QUERY_LINK = "a[href^='?']";
const PAGE_DATA = "footer section"; // the links to JSON and to the queries of the list shown

/**
 * Handle the links and the form of a list by fetching the page anew and replacing the list.
 * @param selector Finds the list, on this page and on the page that is fetched.
 * @param onReplaced Called with each new list.
 */
export function filterInPlace(selector: string, onReplaced: (list: HTMLElement) => void = () => undefined): void {
  if (!document.querySelector(selector)) return;
  const latest = new LatestRequest();

  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest(`${selector} ${QUERY_LINK}`);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    pushQuery(link.getAttribute("href") ?? "?");
  });

  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches(`${selector} form:not([action])`)) return;
    event.preventDefault();
    const fields = [...new FormData(form)].filter(([, value]) => value) as [string, string][];
    pushQuery(`?${new URLSearchParams(fields)}`);
  });

  const reload = async () => {
    const list = document.querySelector<HTMLElement>(selector);
    if (!list) return;
    list.setAttribute("aria-busy", "true");
    try {
      const response = await request(`${location.pathname}?${currentParameters()}`, { headers: { Accept: "text/html" }, signal: latest.next() });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector<HTMLElement>(selector);
      replaceList(list, fresh);
      if (fresh) onReplaced(fresh);
      document.querySelector(PAGE_DATA)?.replaceWith(page.querySelector(PAGE_DATA) ?? "");
      markDrawn("list");
    } catch (error) {
      if (!isAbortError(error)) location.reload(); // the server's own page explains the error
    }
  };
  onFiltersChange(() => void reload());
}

/** Replace a list by a new one; the focused control stays focused and open details stay open. */
function replaceList(old: HTMLElement, fresh: HTMLElement | null): void {
  if (!fresh) {
    location.reload();
    return;
  }
  const focused = old.contains(document.activeElement) ? controlKey(document.activeElement as HTMLElement) : undefined;
  const opened = new Set([...old.querySelectorAll<HTMLElement>("details[open]")].map(facetOf));
  for (const details of fresh.querySelectorAll("details")) details.open = opened.has(facetOf(details));
  old.replaceWith(fresh);
  if (!focused) return;
  [...fresh.querySelectorAll<HTMLElement>("a, button, input, select, summary")].find((control) => controlKey(control) === focused)?.focus();
}

/** Return a key that identifies a control in both versions of a list: its facet, its element and its text without the count. */
function controlKey(control: HTMLElement): string {
  const text = control instanceof HTMLInputElement ? `${control.name} ${control.type === "checkbox" ? control.value : ""}` : control instanceof HTMLSelectElement ? control.name : (control.firstChild?.textContent ?? "");
  return `${facetOf(control)} ${control.tagName} ${text.trim()}`;
}

/** Return the name of the facet that an element belongs to, or an empty text. */
function facetOf(element: HTMLElement): string {
  return element.closest<HTMLElement>("[data-facet]")?.dataset.facet ?? "";
}
