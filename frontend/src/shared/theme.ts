/** The light and dark theme: the reader's choice, its button, and the theme's colours for drawings on a canvas. */
import { createButton } from "./dom";

const CHANGED = "sjkg:theme";
const STORAGE_KEY = "sjkg:theme";

/**
 * Return the theme that the reader chose on an earlier visit.
 * @returns "light", "dark", or null if none was chosen or storage is blocked.
 */
export function savedTheme(): string | null {
  return storage()?.getItem(STORAGE_KEY) ?? null;
}

/**
 * Append the toggle between the light and the dark theme to an element.
 * @param host The element that gets the button.
 */
export function addThemeButton(host: HTMLElement): void {
  const toggle = createButton("Dark", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    storage()?.setItem(STORAGE_KEY, theme);
    showState();
    window.dispatchEvent(new CustomEvent(CHANGED));
  });
  toggle.className = "theme";
  const showState = () => toggle.setAttribute("aria-pressed", String(isDark()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showState);
  showState();
  host.append(toggle);
}

/**
 * Call a function whenever the page turns from light to dark or back, by the button or by the system setting.
 * @param act The function to call.
 */
export function onThemeChange(act: () => void): void {
  window.addEventListener(CHANGED, act);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", act);
}

/**
 * Return the current value of a colour of the style sheet, for a canvas, which cannot use CSS classes.
 * @param property The name of a CSS custom property, such as --ink.
 * @returns The colour as the browser computes it, such as "rgb(31, 36, 40)".
 */
export function cssColour(property: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Return true if the page is dark now. */
function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Return the browser's storage, or null where the reader blocks it: then reading `localStorage` itself throws. */
function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
