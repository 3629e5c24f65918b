/** The card of the timeline: what is known of the event under the pointer or with the focus. */
import { createElement } from "../shared/dom";
import { type Event, formatDate } from "./data";

const GAP = 6; // between a bar and the card, in pixels

/**
 * Show a card for the events of a timeline on hover and focus, until the Escape key is pressed. The card repeats what the page of
 * the event says, so that it is hidden from screen readers.
 * @param frame The element that holds the timeline and gets the card; it is positioned.
 * @param chart The timeline, whose events are links of the class "event".
 * @param eventOf Returns the event of a link.
 */
export function addCard(frame: HTMLElement, chart: SVGSVGElement, eventOf: (link: SVGAElement) => Event | undefined): void {
  const card = createElement("div", { class: "card", hidden: true, "aria-hidden": "true" });
  frame.append(card);
  const hide = () => (card.hidden = true);
  const show = ({ target }: UIEvent) => {
    const link = target instanceof Element ? target.closest<SVGAElement>("a.event") : null;
    const event = link && eventOf(link);
    if (!link || !event) return hide();
    const lines = [event.kind, formatDate(event), event.place, event.powers].filter(Boolean) as string[];
    card.replaceChildren(createElement("strong", {}, event.name), ...lines.map((line) => createElement("span", {}, line)));
    card.hidden = false;
    const [box, around] = [link.getBoundingClientRect(), frame.getBoundingClientRect()];
    const left = Math.min(Math.max(box.left, around.left), around.right - card.offsetWidth) - around.left;
    card.style.left = `${Math.max(0, left)}px`;
    card.style.top = `${box.bottom - around.top + GAP}px`;
  };
  chart.addEventListener("pointerover", show);
  chart.addEventListener("focusin", show);
  chart.addEventListener("pointerleave", hide);
  chart.addEventListener("focusout", hide);
  frame.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
}
