/** Entry script of every page: theme button, citation, cards of passages, search suggestions, in-place filtering of lists, the query builder, and drawings loaded on demand. */
import { completeCitation } from "./citation";
import { filterInPlace } from "./lists/in-place";
import { showPassageCards } from "./passages/card";
import { attachSuggestions } from "./search/suggestions";
import { drawWhenVisible } from "./shared/lazy-drawing";
import { addThemeButton } from "./shared/theme";

const themeHost = document.querySelector<HTMLElement>("[data-theme-button]");
if (themeHost) addThemeButton(themeHost);
const menu = document.querySelector<HTMLButtonElement>("button.menu");
menu?.addEventListener("click", () => menu.setAttribute("aria-expanded", String(menu.getAttribute("aria-expanded") !== "true")));
for (const input of document.querySelectorAll<HTMLInputElement>("input[data-search]")) attachSuggestions(input);
for (const details of document.querySelectorAll<HTMLDetailsElement>("[data-closed-when-narrow]")) {
  details.open = !matchMedia("(max-width: 40rem)").matches;
  details.removeAttribute("data-closed-when-narrow");
}
showPassageCards();
for (const query of document.querySelectorAll<HTMLTextAreaElement>("textarea[name=query]")) {
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) query.form?.requestSubmit();
  });
}
for (const host of document.querySelectorAll<HTMLElement>("[data-citation]")) completeCitation(host);
const enhanceBuilder = async (list: HTMLElement) => {
  if (list.matches("[data-build]")) (await import("./build/build")).default(list);
};
for (const list of document.querySelectorAll<HTMLElement>("[data-build]")) void enhanceBuilder(list);
filterInPlace("[data-narrow]", (list) => void enhanceBuilder(list));

drawWhenVisible("data-timeline", () => import("./timeline/timeline"));
drawWhenVisible("data-map", () => import("./map/map"));
drawWhenVisible("data-figures", () => import("./figures/figures"));
drawWhenVisible("data-network", () => import("./network/network"));
drawWhenVisible("data-sparql-editor", () => import("./sparql/page"));
