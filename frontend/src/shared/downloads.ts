/** Downloads of a drawing: its image as SVG and PNG, and its data as CSV. */
import { createButton, createElement } from "./dom";
import { snapshot, toPng } from "./snapshot";

/** Rows of a table, the names of the columns first. */
export type Table = readonly (readonly (string | number | null)[])[];

/**
 * Append buttons to a drawing that download it.
 * @param host The drawing; what it contains at the time of the download is in the image.
 * @param name The name of the files, without an ending.
 * @param readTable Returns the data.
 */
export function addDownloads(host: HTMLElement, name: string, readTable: () => Table): void {
  const toText = () => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(snapshot(host))}\n`;
  const buttons = [
    createButton("SVG", () => save(new Blob([toText()], { type: "image/svg+xml" }), `${name}.svg`)),
    createButton("PNG", () => void toPng(snapshot(host)).then((image) => save(image, `${name}.png`))),
    createButton("CSV", () => save(new Blob([toCsv(readTable())], { type: "text/csv" }), `${name}.csv`)),
  ];
  host.append(createElement("p", { class: "save", role: "group", "aria-label": "Download this drawing" }, "Download: ", ...buttons));
}

/**
 * Let the browser save a file.
 * @param content The content.
 * @param name The file name.
 */
export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  createElement("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Return a table as CSV (RFC 4180). An apostrophe protects spreadsheets from texts that are formulas. */
function toCsv(table: Table): string {
  const cell = (value: string | number | null) => {
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return table.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
