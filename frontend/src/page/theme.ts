/** The button that turns the page dark or light. */
import { tellTheme } from "../common/colours";
import { button } from "../common/dom";
import { remember } from "../common/memory";

export function addThemeButton(place: HTMLElement): void {
  const toggle = button("Dark", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    remember("theme", theme);
    show();
    tellTheme();
  });
  toggle.className = "theme";
  const show = () => toggle.setAttribute("aria-pressed", String(isDark()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
  place.append(toggle);
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
