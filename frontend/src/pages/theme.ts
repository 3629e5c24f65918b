/** Runs before anything is painted, so that a page never flashes in the wrong colours, and shows places for drawings at once. */
import { remembered } from "../common/memory";

document.documentElement.classList.add("scripts");
const theme = remembered("theme");
if (theme) document.documentElement.dataset.theme = theme;
