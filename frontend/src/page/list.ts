/** Lists without loading the page anew: facets, headings and pages change the list in place and the address with it. */
import { choice, moveTo, onChoice } from "../common/choice";
import { ask, isAbort, Latest } from "../common/fetch";
import { drawn } from "../common/moments";

const INSIDE = "a[href^='?']";
const DATA = "footer section"; // the JSON and the queries of what is shown

/** Take over the links and the form of the part of the page that `part` finds. */
export function narrowInPlace(part: string): void {
  const start = document.querySelector<HTMLElement>(part);
  if (!start) return;
  const latest = new Latest();

  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.(`${part} ${INSIDE}`);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    moveTo(link.getAttribute("href") as string);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches(`${part} form`)) return;
    event.preventDefault();
    const sent = [...new FormData(form)].filter(([, value]) => value) as [string, string][];
    moveTo(`?${new URLSearchParams(sent)}`);
  });

  onChoice(async () => {
    const shown = document.querySelector<HTMLElement>(part);
    if (!shown) return;
    shown.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(`${location.pathname}?${choice()}`, { headers: { Accept: "text/html" }, signal: latest.next() });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      swap(shown, page.querySelector<HTMLElement>(part));
      document.querySelector(DATA)?.replaceWith(page.querySelector(DATA) ?? "");
      drawn("list");
    } catch (error) {
      if (!isAbort(error)) location.reload(); // the server's own page says what is wrong
    }
  });
}

/** Put the new list in the place of the old one; the focus stays where it was, open details stay open. */
function swap(shown: HTMLElement, fresh: HTMLElement | null): void {
  if (!fresh) return location.reload();
  const focused = shown.contains(document.activeElement) ? describe(document.activeElement as HTMLElement) : undefined;
  const opened = new Set([...shown.querySelectorAll<HTMLElement>("details[open]")].map(facetOf));
  for (const details of fresh.querySelectorAll("details")) details.open = opened.has(facetOf(details));
  shown.replaceWith(fresh);
  if (!focused) return;
  [...fresh.querySelectorAll<HTMLElement>("a, button, input, summary")].find((one) => describe(one) === focused)?.focus();
}

/** Tell a control from the others around it: its facet and what it says, without its count and its tick. */
function describe(control: HTMLElement): string {
  const said = control instanceof HTMLInputElement ? control.name : (control.firstChild?.textContent ?? "");
  return `${facetOf(control)} ${control.tagName} ${said.trim()}`;
}

function facetOf(element: HTMLElement): string {
  return element.closest<HTMLElement>("[data-facet]")?.dataset.facet ?? "";
}
