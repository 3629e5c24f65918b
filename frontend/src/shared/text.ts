/** Texts of labels. */

/**
 * Return a label as the beginning of a line or title: names that are not proper nouns are stored in lower case.
 * @param label The label.
 * @returns The label with a capital first letter.
 */
export function startWithCapital(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}
