/** The colours of the style sheet, for what is drawn on a canvas and so cannot have them by a class. */

const CHANGED = "sjkg:theme";

/** Return a custom property of the style sheet, as --ink, as the colour it stands for now. */
export function colour(property: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

export function tellTheme(): void {
  window.dispatchEvent(new CustomEvent(CHANGED));
}

/** Call `act` whenever light turns to dark or back. */
export function onTheme(act: () => void): void {
  window.addEventListener(CHANGED, act);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", act);
}
