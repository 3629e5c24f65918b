/** Runs before anything is painted, so that a page never flashes in the wrong colours. */
import { remembered } from "../common/memory";

const theme = remembered("theme");
if (theme) document.documentElement.dataset.theme = theme;
