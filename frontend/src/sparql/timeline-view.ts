/** View of a query result on a timeline. */
import { createElement } from "../shared/dom";
import type { Event } from "../timeline/data";
import { localTimeline } from "../timeline/local-source";
import { TimelineView } from "../timeline/view";

/**
 * Show a timeline.
 * @param host The element to fill.
 * @param events The rows that have dates.
 */
export default async function showTimeline(host: HTMLElement, events: Event[]): Promise<void> {
  const timeline = createElement("div", { class: "timeline-frame" });
  host.replaceChildren(timeline);
  await new TimelineView(timeline, localTimeline(events)).load();
}
