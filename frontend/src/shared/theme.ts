/** The theme, light, dark or that of the system: the reader's choice, its button, and the theme's colours for drawings on a canvas. */
import { createButton, createElement } from "./dom";

const CHANGED = "sjkg:theme";
const STORAGE_KEY = "sjkg:theme";
const SYSTEM = "system";
const THEMES = [SYSTEM, "light", "dark"];

/**
 * Return the theme that the reader chose on an earlier visit.
 * @returns "light", "dark", or null if none was chosen or storage is blocked.
 */
export function savedTheme(): string | null {
  return storage()?.getItem(STORAGE_KEY) ?? null;
}

/**
 * Append the button that changes from the system's theme to the light, the dark, and back to the system's.
 * @param host The element that gets the button.
 */
export function addThemeButton(host: HTMLElement): void {
  let theme = savedTheme() ?? SYSTEM;
  const showState = () => button.replaceChildren(createElement("span", {}, "Theme: "), theme);
  const button = createButton("", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? SYSTEM;
    if (theme === SYSTEM) {
      delete document.documentElement.dataset.theme;
      storage()?.removeItem(STORAGE_KEY);
    } else {
      document.documentElement.dataset.theme = theme;
      storage()?.setItem(STORAGE_KEY, theme);
    }
    showState();
    window.dispatchEvent(new CustomEvent(CHANGED));
  });
  button.className = "theme";
  showState();
  host.append(button);
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

/** Return the browser's storage, or null where the reader blocks it: then reading `localStorage` itself throws. */
function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
