import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";

const place = document.querySelector<HTMLElement>("[data-sparql-editor]");
if (place) new Yasgui(place, {});
