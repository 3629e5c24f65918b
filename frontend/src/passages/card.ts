/** A card with number, section, first words and links of a passage, beside the mark ¶ that has focus or the pointer. */
import { createElement } from "../shared/dom";

const MARK = "a.mark[data-opens], a.mark[title][href*='page/passage/']";
const CARD_ID = "passage-card";
const HIDE_AFTER_MS = 250;
const GAP_PX = 4;

/**
 * Show a card for each mark of a passage that gets focus or the pointer; Escape hides it, and so does leaving both.
 * Without support of the attribute popover, marks keep their titles.
 */
export function showPassageCards(): void {
  if (!("popover" in HTMLElement.prototype)) return;
  let card: HTMLElement | undefined;
  let shown: HTMLAnchorElement | undefined;
  let timer = 0;

  const hide = () => {
    clearTimeout(timer);
    shown?.removeAttribute("aria-describedby");
    card?.remove();
    card = shown = undefined;
  };
  const hideSoon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(hide, HIDE_AFTER_MS);
  };
  const isInside = (target: EventTarget | null) =>
    target instanceof Node && (card?.contains(target) === true || shown?.contains(target) === true);
  const show = (event: Event) => {
    const mark = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>(MARK) : null;
    if (isInside(event.target)) clearTimeout(timer);
    else if (mark && !(event instanceof PointerEvent && event.pointerType === "touch")) {
      hide();
      shown = mark;
      card = createCard(mark);
      mark.after(card); // so that its links follow the mark in the order of focus
      card.showPopover();
      place(card, mark);
      mark.setAttribute("aria-describedby", CARD_ID);
    }
  };
  const leave = (event: PointerEvent | FocusEvent) => {
    if (isInside(event.target) && !isInside(event.relatedTarget)) hideSoon();
  };
  document.addEventListener("pointerover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("pointerout", leave);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !card) return;
    if (card.contains(document.activeElement)) shown?.focus();
    hide();
  });
  const follow = () => {
    if (!card || !shown) return;
    const { top, bottom } = shown.getBoundingClientRect();
    if (bottom < 0 || top > window.innerHeight) hide();
    else place(card, shown);
  };
  document.addEventListener("scroll", follow, { passive: true, capture: true });
}

/**
 * Create the card of a mark, whose title becomes a data attribute.
 * @param mark The link to a passage; its title is “section: “first words …””.
 * @returns The card, hidden.
 */
function createCard(mark: HTMLAnchorElement): HTMLElement {
  const words = (mark.dataset.opens ??= mark.title);
  mark.removeAttribute("title"); // the card replaces it
  const number = /\d+/.exec(mark.textContent)?.[0] ?? "";
  const [, section = "", opens = words] = /^(.*?): “(.*) …”$/s.exec(words) ?? [];
  const article = document.querySelector<HTMLAnchorElement>("a[data-article]")?.href;
  const links = [createElement("a", { href: mark.href }, "What the data say of it")];
  if (article) links.push(createElement("a", { href: article + textFragment(opens), rel: "external" }, "Read it in the article"));
  return createElement(
    "span",
    { id: CARD_ID, class: "passage-card", popover: "manual", role: "note" },
    createElement("strong", {}, `Passage ${number}`),
    ` ${section}`,
    createElement("q", {}, `${opens} …`),
    ...links,
  );
}

/**
 * Return the fragment that makes browsers scroll to a text: https://wicg.github.io/scroll-to-text-fragment/
 * @param words The text; footnote markers such as [6] are left out.
 * @returns The fragment with “#”.
 */
function textFragment(words: string): string {
  return `#:~:text=${encodeURIComponent(words.replace(/\[\d+\]/g, "").trim()).replaceAll("-", "%2D")}`;
}

/**
 * Put a card below a mark, or above it if there is no room below, inside the window.
 * @param card The card, shown.
 * @param mark The mark.
 */
function place(card: HTMLElement, mark: HTMLElement): void {
  const at = mark.getBoundingClientRect();
  const left = Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - GAP_PX);
  const isBelow = at.bottom + GAP_PX + card.offsetHeight <= window.innerHeight || at.top < card.offsetHeight + GAP_PX;
  card.style.left = `${Math.max(GAP_PX, left)}px`;
  card.style.top = `${isBelow ? at.bottom + GAP_PX : at.top - GAP_PX - card.offsetHeight}px`;
}
