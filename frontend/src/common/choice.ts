/**
 * What the reader has chosen of the events: facets and a span of days, as they stand in the address.
 * Map, timeline and list each change a part of it and hear of every change.
 */

const CHANGED = "sjkg:choice";
const OF_THE_TABLE = ["sort", "page"];

export function choice(): URLSearchParams {
  return new URLSearchParams(location.search);
}

/** Return the choice without what only concerns the table. */
export function narrowing(): URLSearchParams {
  const chosen = choice();
  for (const name of OF_THE_TABLE) chosen.delete(name);
  return chosen;
}

/** Change parts of the choice; undefined takes a part out. */
export function choose(parts: Record<string, string | undefined>): void {
  const chosen = choice();
  chosen.delete("page");
  for (const [name, value] of Object.entries(parts)) {
    if (value === undefined) chosen.delete(name);
    else chosen.set(name, value);
  }
  moveTo(`?${chosen}`);
}

/** Put a query string into the address and tell everyone, unless it stands there already. */
export function moveTo(query: string): void {
  if (query === (location.search || "?")) return;
  history.pushState(null, "", query === "?" ? location.pathname : query);
  window.dispatchEvent(new CustomEvent(CHANGED));
}

/** Call `act` at every change of the choice, going back and forth in the history among them. */
export function onChoice(act: () => void): void {
  window.addEventListener(CHANGED, act);
  window.addEventListener("popstate", act);
}
