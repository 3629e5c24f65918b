/** What every page gets: search while typing, the dark button, lists in place, and drawings when they come into sight. */
import { drawWhenSeen } from "../common/hooks";
import { narrowInPlace } from "../page/list";
import { suggestWhileTyping } from "../page/search";
import { addThemeButton } from "../page/theme";

const place = document.querySelector<HTMLElement>("[data-theme-button]");
if (place) addThemeButton(place);
for (const input of document.querySelectorAll<HTMLInputElement>("input[data-search]")) suggestWhileTyping(input);
for (const details of document.querySelectorAll<HTMLDetailsElement>("[data-closed-when-narrow]")) {
  details.open = !matchMedia("(max-width: 40rem)").matches;
  details.removeAttribute("data-closed-when-narrow");
}
narrowInPlace("[data-narrow]");

drawWhenSeen("data-timeline", () => import("../timeline/timeline"));
drawWhenSeen("data-map", () => import("../map/map"));
drawWhenSeen("data-figures", () => import("../figures/figures"));
drawWhenSeen("data-network", () => import("../network/network"));
drawWhenSeen("data-sparql-editor", () => import("../sparql/page"));
