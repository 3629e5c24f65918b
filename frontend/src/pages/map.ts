import { getVersion } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
console.log(getVersion());
