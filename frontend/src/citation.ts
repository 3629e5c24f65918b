/** The citation at the top of the page of a thing: adds the day of access, and buttons that copy it in each format. */
import { createButton, createElement } from "./shared/dom";

/**
 * Complete a citation.
 * @param host The element with data-citation: a paragraph with the text, and links to the formats of reference managers.
 */
export function completeCitation(host: HTMLElement): void {
  const text = host.querySelector("p");
  const controls = host.querySelector<HTMLElement>(".controls");
  if (!text || !controls) return;
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  text.append(` Accessed ${now.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" })}.`);
  const status = createElement("span", { role: "status", class: "quiet" });
  const addCopyButton = (name: string, read: () => Promise<string> | string) => {
    const copy = async () => {
      await navigator.clipboard.writeText(await read());
      status.textContent = `${name} copied.`;
    };
    controls.append(" ", createButton(`Copy ${name}`, () => void copy()));
  };
  addCopyButton("text", () => text.textContent.trim());
  for (const link of controls.querySelectorAll("a")) {
    link.href += `?accessed=${day}`;
    addCopyButton(link.textContent, async () => (await fetch(link.href)).text());
  }
  controls.append(" ", status);
}
