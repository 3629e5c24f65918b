/**
 * The filters of the events, facets and a range of days, kept in the query string of the page.
 * Map, timeline and list each change some of them and follow every change.
 */

const CHANGED = "sjkg:filters";
const TABLE_ONLY = ["sort", "page"];

/**
 * Return all parameters in the address of the page.
 * @returns A copy, free to be changed.
 */
export function currentParameters(): URLSearchParams {
  return new URLSearchParams(location.search);
}

/**
 * Return the parameters that filter events, without those that only order or page the table.
 * @returns A copy, free to be changed.
 */
export function eventFilters(): URLSearchParams {
  const parameters = currentParameters();
  for (const name of TABLE_ONLY) parameters.delete(name);
  return parameters;
}

/**
 * Change some parameters in the address and go back to the first page of the list.
 * @param changes The new value of each parameter; undefined removes the parameter.
 * @param options How to change the address.
 * @param options.replace True to replace the entry of the history instead of adding one.
 */
export function setFilters(changes: Record<string, string | undefined>, options: { replace?: boolean } = {}): void {
  const parameters = currentParameters();
  parameters.delete("page");
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, value);
  }
  pushQuery(`?${parameters}`, options);
}

/**
 * Put a query string into the address, as a new entry of the history, and notify all listeners; do nothing if it is there.
 * @param query The query string, beginning with "?"; a lone "?" removes it.
 * @param options How to change the address.
 * @param options.replace True to replace the entry of the history instead of adding one.
 */
export function pushQuery(query: string, { replace = false }: { replace?: boolean } = {}): void {
  if (query === (location.search || "?")) return;
  history[replace ? "replaceState" : "pushState"](null, "", query === "?" ? location.pathname : query);
  window.dispatchEvent(new CustomEvent(CHANGED));
}

/**
 * Call a function at every change of the filters, including moves in the browser's history.
 * @param act The function to call.
 */
export function onFiltersChange(act: () => void): void {
  window.addEventListener(CHANGED, act);
  window.addEventListener("popstate", act);
}
