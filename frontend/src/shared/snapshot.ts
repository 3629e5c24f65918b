/**
 * Images of drawings that depend on no style sheet: the drawing as one SVG element, and that as PNG. The content security policy
 * forbids to load an SVG image from memory, so that shapes are painted on the canvas one by one.
 */
import { createSvg } from "./svg";
import { cssColour } from "./theme";

const PROPERTIES = [
  ...["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "paint-order"],
  ...["font-family", "font-size", "font-weight", "font-style", "text-anchor", "color", "stop-color", "stop-opacity"],
];
const CAPTIONS = "figcaption, .key li, .spot, .cluster, .base-label"; // HTML that belongs to the image
const SKIPPED = "title, .overview, .brush";
const MARGIN = 12;
const PNG_SCALE = 2;

/**
 * Return the drawings, captions and legend inside an element as one SVG element with the colours that they have on the page.
 * @param host The element.
 * @returns A new SVG element, not in the page.
 */
export function snapshot(host: HTMLElement): SVGSVGElement {
  const { left, top, width } = host.getBoundingClientRect();
  const image = createSvg("svg", { xmlns: "http://www.w3.org/2000/svg" });
  let bottom = 0;
  const place = (rectangle: DOMRect) => {
    bottom = Math.max(bottom, rectangle.bottom - top);
    return { x: rectangle.left - left + MARGIN, y: rectangle.top - top + MARGIN };
  };
  for (const drawing of host.querySelectorAll<SVGSVGElement>("svg")) {
    if (drawing.matches(SKIPPED) || drawing.closest("a, button") || !drawing.getClientRects().length) continue;
    const { x, y } = place(drawing.getBoundingClientRect());
    const copy = createSvg("g", { transform: `translate(${x},${y})` });
    for (const child of drawing.children) copyStyled(child, copy);
    image.append(copy);
  }
  for (const caption of host.querySelectorAll<HTMLElement>(CAPTIONS)) {
    if (!caption.getClientRects().length) continue;
    for (const swatch of caption.querySelectorAll(".swatch")) {
      const box = swatch.getBoundingClientRect();
      const { backgroundColor, opacity } = getComputedStyle(swatch);
      image.append(createSvg("rect", { ...place(box), width: box.width, height: box.height, fill: backgroundColor, opacity }));
    }
    for (const [line, box, style] of linesOf(caption)) {
      const { x, y } = place(box);
      const font = { "font-family": style.fontFamily, "font-size": style.fontSize, "font-weight": style.fontWeight, "font-style": style.fontStyle };
      image.append(createSvg("text", { x, y: y + box.height * 0.76, fill: style.color, ...font }, line));
    }
  }
  const size = { width: Math.ceil(width + 2 * MARGIN), height: Math.ceil(bottom + 2 * MARGIN) };
  for (const [name, value] of Object.entries(size)) image.setAttribute(name, String(value));
  image.prepend(createSvg("rect", { ...size, fill: cssColour("--paper") }));
  return image;
}

/**
 * Paint an SVG element of `snapshot` as PNG.
 * @param image The element.
 * @param canvas A canvas at the upper left corner of the drawing, painted below everything else.
 * @returns The image, with twice as many pixels in each direction.
 */
export async function toPng(image: SVGSVGElement, canvas?: HTMLCanvasElement): Promise<Blob> {
  const paper = document.createElement("canvas");
  paper.width = Number(image.getAttribute("width")) * PNG_SCALE;
  paper.height = Number(image.getAttribute("height")) * PNG_SCALE;
  const brush = paper.getContext("2d");
  if (!brush) throw new Error("this browser has no canvas to paint on");
  brush.scale(PNG_SCALE, PNG_SCALE);
  for (const child of image.children) {
    paint(child, brush);
    if (canvas && child === image.firstElementChild) {
      brush.fillStyle = cssColour("--water");
      brush.fillRect(MARGIN, MARGIN, canvas.clientWidth, canvas.clientHeight);
      brush.drawImage(canvas, MARGIN, MARGIN, canvas.clientWidth, canvas.clientHeight);
    }
  }
  return new Promise((resolve, reject) =>
    paper.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser cannot make the PNG; the drawing may be too large")))),
  );
}

/** Append a copy of an element, with its styles as attributes, to `target`; leave out what is not displayed. */
function copyStyled(element: Element, target: Element): void {
  const style = getComputedStyle(element);
  if (element.matches(SKIPPED) || style.display === "none" || style.visibility === "hidden") return;
  const name = element.localName === "a" ? "g" : element.localName;
  const copy = createSvg(name as "g");
  for (const { name: key, value } of element.attributes) {
    if (!/^(class|href|tabindex|role|style|aria-.*|data-.*|draggable)$/.test(key)) copy.setAttribute(key, value);
  }
  for (const key of PROPERTIES) {
    const value = style.getPropertyValue(key);
    if (value) copy.setAttribute(key, value.replaceAll('"', "'"));
  }
  for (const child of element.childNodes) {
    if (child instanceof Element) copyStyled(child, copy);
    else copy.append(child.textContent ?? "");
  }
  target.append(copy);
}

/** Return the lines of text in an element, each with its rectangle on the screen and its style. */
function linesOf(element: HTMLElement): [string, DOMRect, CSSStyleDeclaration][] {
  const lines: [string, DOMRect, CSSStyleDeclaration][] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const style = getComputedStyle(node.parentElement ?? element);
    let first = true;
    for (const { index, 0: word } of (node.textContent ?? "").matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const box = range.getBoundingClientRect();
      const last = lines.at(-1);
      if (!first && last && Math.abs(last[1].top - box.top) < 4) last[0] += ` ${word}`;
      else lines.push([word, box, style]);
      first = false;
    }
  }
  return lines;
}

/** Paint an element of a snapshot and its children. */
function paint(element: Element, brush: CanvasRenderingContext2D): void {
  const read = (name: string) => Number.parseFloat(element.getAttribute(name) ?? "0") || 0;
  const colour = (name: string) => {
    const value = element.getAttribute(name) ?? "none";
    return value.startsWith("url(") ? gradient(value, element, brush) : value === "none" ? null : value;
  };
  brush.save();
  const [, x = "0", y = "0"] = /translate\(([-\d.]+)[ ,]*([-\d.]*)\)/.exec(element.getAttribute("transform") ?? "") ?? [];
  brush.translate(Number(x), Number(y || 0));
  brush.globalAlpha *= Number(element.getAttribute("opacity") ?? 1);
  const shape = shapeOf(element, read);
  const [fill, stroke] = [colour("fill"), colour("stroke")];
  brush.lineWidth = read("stroke-width") || 1;
  brush.setLineDash((element.getAttribute("stroke-dasharray") ?? "").split(/[ ,]+/).map(Number.parseFloat).filter((length) => length > 0));
  const withOpacity = (name: string, act: () => void) => {
    brush.save();
    brush.globalAlpha *= Number(element.getAttribute(name) ?? 1);
    act();
    brush.restore();
  };
  if (stroke) brush.strokeStyle = stroke;
  if (fill) brush.fillStyle = fill;
  if (element.localName === "text") {
    const style = (name: string) => element.getAttribute(name) ?? "";
    brush.font = `${style("font-style")} ${style("font-weight")} ${style("font-size")} ${style("font-family")}`;
    brush.textAlign = style("text-anchor") === "middle" ? "center" : style("text-anchor") === "end" ? "right" : "left";
    brush.lineJoin = "round";
    const [text, left, top] = [element.textContent, read("x"), read("y") + read("dy") * Number.parseFloat(style("font-size"))];
    if (stroke) brush.strokeText(text, left, top);
    if (fill) brush.fillText(text, left, top);
  } else if (shape) {
    if (fill) withOpacity("fill-opacity", () => brush.fill(shape));
    if (stroke) withOpacity("stroke-opacity", () => brush.stroke(shape));
  }
  if (!["text", "defs"].includes(element.localName)) for (const child of element.children) paint(child, brush);
  brush.restore();
}

/** Return the outline of an element, or null if it has none. `read` returns the number in an attribute. */
function shapeOf(element: Element, read: (name: string) => number): Path2D | null {
  const path = new Path2D(element.localName === "path" ? (element.getAttribute("d") ?? "") : undefined);
  switch (element.localName) {
    case "path":
      return path;
    case "rect":
      path.roundRect(read("x"), read("y"), read("width"), read("height"), Math.min(read("rx"), read("width") / 2));
      return path;
    case "line":
      path.moveTo(read("x1"), read("y1"));
      path.lineTo(read("x2"), read("y2"));
      return path;
    case "circle":
      path.arc(read("cx"), read("cy"), read("r"), 0, 2 * Math.PI);
      return path;
    default:
      return null;
  }
}

/** Return the gradient that fills a rectangle, from left to right. */
function gradient(url: string, element: Element, brush: CanvasRenderingContext2D): CanvasGradient {
  const left = Number.parseFloat(element.getAttribute("x") ?? "0");
  const painted = brush.createLinearGradient(left, 0, left + Number.parseFloat(element.getAttribute("width") ?? "0"), 0);
  const id = /#([\w-]+)/.exec(url)?.[1] ?? "";
  for (const stop of document.getElementById(id)?.children ?? []) {
    const { stopColor, stopOpacity } = getComputedStyle(stop);
    const colour = stopColor.replace(/^rgb\((.*)\)$/, `rgb($1, ${stopOpacity})`);
    painted.addColorStop(Number.parseFloat(stop.getAttribute("offset") ?? "0") / 100, colour);
  }
  return painted;
}
