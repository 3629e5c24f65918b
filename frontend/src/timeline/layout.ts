/**
 * Layout of the timeline: the edges of each bar, and its row. The event that all are about is first, then battles, incidents, other
 * events, and last events whose dates are known only roughly. The parts of an event are in the rows below it, and are left out while
 * the bar of the event is short, unless the reader asks for them. An event and its parts are moved up together as far as they overlap no
 * others. In a narrow timeline labels are above their bars, else beside them.
 */
import type { ScaleTime } from "d3-scale";
import { truncateMiddle } from "../shared/chart-image";
import { marksOf, widthOfMarks } from "../shared/sides";
import { DAY_MS, type Event, endOf, rankOf, startOf } from "./data";

export const NARROW_PX = 600;
const MIN_WIDTH = 4;
const OPEN_WIDTH = 40; // of the side of a bar beyond its known days
const GAP = 8; // between an event and the next in its row
const LABEL_GAP = 4; // between a bar and its label
const LETTER_WIDTH = 6.6; // average, of a label
const BOLD_LETTER_WIDTH = 7.4;
const MIN_LABEL_ROOM = 160; // beside a bar, of a shortened label, in pixels
const MAX_PARTS = 30; // an event with more parts, such as a war, is not grouped with them
const MIN_WIDTH_WITH_PARTS = 90; // of the bar of an event, in pixels
const MIN_VAGUE_MS = 400 * DAY_MS; // the possible time of an event that is certain for no day
const MAX_MAIN_RANK = 1; // of events with an emphasized label
const LAST = 9; // rank of groups whose time is mostly unknown

/** An event with its position, in pixels; `core` is the time in which it was certainly under way, or null. */
export interface Bar {
  event: Event;
  left: number;
  right: number;
  core: [left: number, right: number] | null;
  row: number;
  label: string;
  labelLeft: number;
  mark: string;
  isPart: boolean;
  isMain: boolean;
}

/** The bars of a timeline; `hidden` is the number of parts that are left out. */
export interface Layout {
  bars: Bar[];
  hidden: number;
}

/**
 * Lay out events in rows.
 * @param events The events.
 * @param scale Maps moments to pixels.
 * @param withLabels If true, the space of a label counts as part of its event.
 * @param withParts If true, the parts of all events are included.
 * @returns The bars.
 */
export function layOutBars(events: readonly Event[], scale: ScaleTime<number, number>, withLabels: boolean, withParts: boolean): Layout {
  const [from, to] = scale.range() as [number, number];
  const wholes = findWholes(events);
  const groups = new Map<string, Bar[]>();
  for (const event of events) {
    const whole = wholes.get(event.path) ?? event.path;
    const bar = createBar(event, scale, from, to, whole !== event.path);
    if (withLabels) placeLabel(bar, from, to);
    groups.set(whole, [...(groups.get(whole) ?? []), bar]);
  }
  const shown = [...groups.values()].map((bars) => (withParts || hasRoomForParts(bars) ? bars : bars.filter((bar) => !bar.isPart)));
  const first = (block: Bar[]) => Math.min(...block.map((bar) => extent(bar)[0]));
  const blocks = shown.map((bars) => ({ bars: stack(bars), rank: groupRank(bars) }));
  const rowEnds: number[] = [];
  const bars: Bar[] = [];
  let [rank, base] = [0, 0];
  for (const block of blocks.sort((one, other) => one.rank - other.rank || first(one.bars) - first(other.bars))) {
    if (block.rank !== rank && rank <= MAX_MAIN_RANK) base = rowEnds.length;
    rank = block.rank;
    bars.push(...place(block.bars, rowEnds, base));
  }
  return { bars, hidden: events.length - bars.length };
}

/** Return true if the parts of an event are shown: its bar is long. */
function hasRoomForParts(bars: readonly Bar[]): boolean {
  const head = bars.find((bar) => !bar.isPart);
  return !head || head.right - head.left >= MIN_WIDTH_WITH_PARTS;
}

/** Return the rank of a group, which is that of the event at its head; it is last if begin, end or most of the time is unknown. */
function groupRank(bars: readonly Bar[]): number {
  const head = bars.find((bar) => !bar.isPart) ?? bars[0];
  if (!head) return LAST;
  const { begin, end, has_open_end } = head.event;
  const isVague = !head.core && begin && end && endOf(end) - startOf(begin) > MIN_VAGUE_MS;
  return !begin || !end || has_open_end || isVague ? LAST : rankOf(head.event);
}

/** Return the event at the head of the group of each event that is part of another, by path. */
function findWholes(events: readonly Event[]): Map<string, string> {
  const byPath = new Map(events.map((event) => [event.path, event]));
  const ancestors = (event: Event) => {
    const found: string[] = [];
    for (let whole = event.whole; whole && byPath.has(whole) && !found.includes(whole); whole = byPath.get(whole)?.whole) found.push(whole);
    return found;
  };
  const sizes = new Map<string, number>();
  for (const whole of events.flatMap(ancestors)) sizes.set(whole, (sizes.get(whole) ?? 0) + 1);
  const heads = events.map((event) => [event.path, ancestors(event).filter((whole) => (sizes.get(whole) ?? 0) <= MAX_PARTS).at(-1)] as const);
  return new Map(heads.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

/** Put the bars of a group into rows of their own: the whole first, its parts below. */
function stack(bars: Bar[]): Bar[] {
  const ends: number[] = [];
  const order = bars.sort((one, other) => Number(one.isPart) - Number(other.isPart) || one.left - other.left || other.right - one.right);
  for (const bar of order) {
    const [start, end] = extent(bar);
    const free = ends.findIndex((rowEnd, row) => rowEnd <= start && (row > 0 || !bar.isPart));
    bar.row = free >= 0 ? free : ends.length;
    ends[bar.row] = end + GAP;
  }
  return order;
}

/** Move a group into the first rows from `base` where it overlaps no earlier one; `rowEnds` are the right ends of the rows. */
function place(block: Bar[], rowEnds: number[], base: number): Bar[] {
  while (block.some((bar) => (rowEnds[base + bar.row] ?? -Infinity) > extent(bar)[0])) base++;
  for (const bar of block) {
    bar.row += base;
    rowEnds[bar.row] = Math.max(rowEnds[bar.row] ?? -Infinity, extent(bar)[1] + GAP);
  }
  for (let row = 0; row < rowEnds.length; row++) rowEnds[row] ??= -Infinity;
  return block;
}

/** Return the left and right end of a bar and its label. */
function extent(bar: Bar): [number, number] {
  const { left, right, label, labelLeft } = bar;
  return label ? [Math.min(left, labelLeft), Math.max(right, labelLeft + labelWidth(bar))] : [left, right];
}

/** Return the width of the mark and the label of a bar. */
function labelWidth({ label, mark, isMain }: Bar): number {
  return label.length * (isMain ? BOLD_LETTER_WIDTH : LETTER_WIDTH) + widthOfMarks(mark);
}

/**
 * Place the label of a bar: above it in a narrow timeline, where it is shortened to the width; else inside the certain time of the bar if it
 * fits there, else right of the bar, else left of it, else shortened on the side with more room, else inside it.
 */
function placeLabel(bar: Bar, from: number, to: number): void {
  const shorten = (room: number) => {
    bar.label = truncateMiddle(bar.event.name, Math.floor((room - widthOfMarks(bar.mark)) / (bar.isMain ? BOLD_LETTER_WIDTH : LETTER_WIDTH)));
  };
  shorten(to - from);
  const width = labelWidth(bar);
  const start = Math.max(bar.left, from);
  const after = Math.max(bar.right, from) + LABEL_GAP;
  if (to - from < NARROW_PX) bar.labelLeft = Math.max(from, Math.min(start, to - width));
  else if (bar.core && width + 2 * LABEL_GAP <= Math.min(bar.core[1], to) - Math.max(bar.core[0], from)) bar.labelLeft = Math.max(bar.core[0], from) + LABEL_GAP;
  else if (after + width <= to) bar.labelLeft = after;
  else if (start - LABEL_GAP - width >= from) bar.labelLeft = start - LABEL_GAP - width;
  else if (Math.max(start - from, to - after) >= MIN_LABEL_ROOM) {
    shorten(Math.max(start - from - LABEL_GAP, to - after));
    bar.labelLeft = start - from > to - after ? start - LABEL_GAP - labelWidth(bar) : after;
  } else bar.labelLeft = Math.max(from, Math.min(start + LABEL_GAP, to - width));
}

/**
 * Return the bar of an event, without its row and label. An open side reaches a little beyond the days that are known, or to
 * the edge of the scale if none is.
 */
function createBar(event: Event, scale: ScaleTime<number, number>, from: number, to: number, isPart: boolean): Bar {
  const known = [event.begin, event.sure_begin, event.sure_end, event.end].filter((day) => day !== null).sort();
  const [first, last] = [known[0], known.at(-1)];
  const left = event.begin ? scale(startOf(event.begin)) : first ? scale(startOf(first)) - OPEN_WIDTH : from;
  const right = event.end ? scale(endOf(event.end)) : last ? scale(endOf(last)) + OPEN_WIDTH : to;
  return { event, left, right: Math.max(right, left + MIN_WIDTH), core: certainSpan(event, scale), row: 0, label: "", labelLeft: 0, mark: marksOf(event.sides ?? []), isPart, isMain: !isPart && rankOf(event) <= MAX_MAIN_RANK };
}

/** Return the pixels from the latest possible begin of an event to its earliest possible end, or null if that is not a span. */
function certainSpan(event: Event, scale: ScaleTime<number, number>): [number, number] | null {
  if (!event.sure_begin || !event.sure_end || event.sure_begin > event.sure_end) return null;
  const left = scale(startOf(event.sure_begin));
  return [left, Math.max(scale(endOf(event.sure_end)), left + MIN_WIDTH)];
}
