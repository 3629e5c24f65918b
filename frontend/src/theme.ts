/**
 * Classic script in the head of every page, run before the first paint: applies the saved theme, so that no page flashes
 * in the wrong colours, and marks the document as scripted, so that the style sheet reserves space for drawings.
 */
import { savedTheme } from "./shared/theme";

document.documentElement.classList.add("scripts");
const theme = savedTheme();
if (theme) document.documentElement.dataset.theme = theme;
