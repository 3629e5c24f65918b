/** Numbers with a noun. */

/**
 * Return a number with its noun, as in "1 event" and "1,200 events".
 * @param number The number.
 * @param noun The noun in the singular.
 * @returns The text.
 */
export function formatCount(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
