/** Where each event is drawn: its edges on the scale, and the lane in which it meets no other. */
import type { ScaleTime } from "d3-scale";
import { type Event, endOf, startOf } from "./data";

export const LANE = 22;
const LEAST_WIDTH = 4;
const GAP = 8;
const SPACE = 4;
const LETTER = 6.5; // average width of a letter of a label, in pixels

/** An event with its edges in pixels, and where its label begins; `core` is the time in which it certainly was under way, where there is such a time. */
export interface Bar {
  event: Event;
  left: number;
  right: number;
  core: [number, number] | null;
  lane: number;
  label: number;
}

/** Lay out events from left to right, each in the first lane that is free; labels count as part of an event. */
export function layOut(events: readonly Event[], scale: ScaleTime<number, number>, withLabels: boolean): Bar[] {
  const [from, to] = scale.range() as [number, number];
  const free: number[] = [];
  return events
    .map((event) => bar(event, scale, from, to))
    .sort((one, other) => one.left - other.left || other.right - one.right)
    .map((placed) => {
      const words = withLabels ? placed.event.name.length * LETTER : 0;
      placed.label = besideOrInside(placed, words, from, to);
      const shownRight = Math.max(placed.right, placed.label + words) + GAP;
      const start = Math.min(Math.max(placed.left, from), withLabels ? placed.label : to);
      const found = free.findIndex((end) => end <= start);
      placed.lane = found >= 0 ? found : free.length;
      free[placed.lane] = shownRight;
      return placed;
    });
}

/** Return where a label begins: right of its bar, or where it would leave the picture there, left of it, or within it. */
function besideOrInside({ left, right }: Bar, words: number, from: number, to: number): number {
  const beside = Math.max(right, from) + SPACE;
  if (beside + words <= to) return beside;
  const start = Math.max(left, from);
  return start - SPACE - words >= from ? start - SPACE - words : Math.max(from, Math.min(start + SPACE, to - words));
}

function bar(event: Event, scale: ScaleTime<number, number>, from: number, to: number): Bar {
  const left = event.begin ? scale(startOf(event.begin)) : from;
  const right = event.end ? scale(endOf(event.end)) : to;
  return { event, left, right: Math.max(right, left + LEAST_WIDTH), core: core(event, scale), lane: 0, label: 0 };
}

/** Return the time from the latest possible begin to the earliest possible end. */
function core(event: Event, scale: ScaleTime<number, number>): [number, number] | null {
  if (!event.sure_begin || !event.sure_end || event.sure_begin > event.sure_end) return null;
  const left = scale(startOf(event.sure_begin));
  return [left, Math.max(scale(endOf(event.sure_end)), left + LEAST_WIDTH)];
}
