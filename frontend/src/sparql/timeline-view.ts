/** The rows of an answer on a timeline. */
import { make } from "../common/dom";
import type { Event } from "../timeline/data";
import { Drawing } from "../timeline/drawing";
import { localTimeline } from "../timeline/local";

export default async function drawTimeline(place: HTMLElement, events: Event[]): Promise<void> {
  const timeline = make("div", { class: "timeline-frame" });
  place.replaceChildren(timeline);
  await new Drawing(timeline, localTimeline(events)).load();
}
