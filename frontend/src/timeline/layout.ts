/** Layout of the timeline: the edges of each bar, and the first row in which it overlaps no other. */
import type { ScaleTime } from "d3-scale";
import { type Event, endOf, startOf } from "./data";

export const ROW_HEIGHT = 22;
const MIN_WIDTH = 4;
const GAP = 8; // between an event and the next in its row
const LABEL_GAP = 4; // between a bar and its label
const LETTER_WIDTH = 6.5; // average, of a label

/** An event with its position, in pixels; `core` is the time in which it was certainly under way, or null. */
export interface Bar {
  event: Event;
  left: number;
  right: number;
  core: [left: number, right: number] | null;
  row: number;
  labelLeft: number;
}

/**
 * Lay out events in rows, in the order of their begins.
 * @param events The events.
 * @param scale Maps moments to pixels.
 * @param withLabels If true, the space of a label counts as part of its event.
 * @returns A bar for each event.
 */
export function layOutBars(events: readonly Event[], scale: ScaleTime<number, number>, withLabels: boolean): Bar[] {
  const [from, to] = scale.range() as [number, number];
  const rowEnds: number[] = [];
  return events
    .map((event) => createBar(event, scale, from, to))
    .sort((one, other) => one.left - other.left || other.right - one.right)
    .map((bar) => {
      const labelWidth = withLabels ? bar.event.name.length * LETTER_WIDTH : 0;
      bar.labelLeft = placeLabel(bar, labelWidth, from, to);
      const start = Math.min(Math.max(bar.left, from), withLabels ? bar.labelLeft : to);
      const free = rowEnds.findIndex((end) => end <= start);
      bar.row = free >= 0 ? free : rowEnds.length;
      rowEnds[bar.row] = Math.max(bar.right, bar.labelLeft + labelWidth) + GAP;
      return bar;
    });
}

/** Return the left edge of a label: right of its bar if it fits there, else left of the bar, else inside the bar. */
function placeLabel({ left, right }: Bar, width: number, from: number, to: number): number {
  const after = Math.max(right, from) + LABEL_GAP;
  if (after + width <= to) return after;
  const start = Math.max(left, from);
  return start - LABEL_GAP - width >= from ? start - LABEL_GAP - width : Math.max(from, Math.min(start + LABEL_GAP, to - width));
}

/** Return the bar of an event, without its row and label; an open side reaches the edge of the scale. */
function createBar(event: Event, scale: ScaleTime<number, number>, from: number, to: number): Bar {
  const left = event.begin ? scale(startOf(event.begin)) : from;
  const right = event.end ? scale(endOf(event.end)) : to;
  return { event, left, right: Math.max(right, left + MIN_WIDTH), core: certainSpan(event, scale), row: 0, labelLeft: 0 };
}

/** Return the pixels from the latest possible begin of an event to its earliest possible end, or null if that is no span. */
function certainSpan(event: Event, scale: ScaleTime<number, number>): [number, number] | null {
  if (!event.sure_begin || !event.sure_end || event.sure_begin > event.sure_end) return null;
  const left = scale(startOf(event.sure_begin));
  return [left, Math.max(scale(endOf(event.sure_end)), left + MIN_WIDTH)];
}
