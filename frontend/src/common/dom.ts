/** Building and reading the document. Text is always set as text, never as markup. */

type Attributes = Record<string, string | boolean | undefined>;

/** Make an HTML element; an attribute that is false or undefined is left out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Make a button that does `act` when pressed. */
export function button(label: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = make("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", act);
  return element;
}

/** Make a field with its label, in a paragraph. */
export function field(label: string, control: HTMLInputElement | HTMLSelectElement): HTMLElement {
  control.id ||= `field-${Math.random().toString(36).slice(2)}`;
  return make("p", { class: "field" }, make("label", { for: control.id }, label), control);
}

/** Make a select of values with what to call them. */
export function select(options: readonly (readonly [string, string])[], chosen: string): HTMLSelectElement {
  const element = make("select");
  for (const [value, name] of options) element.append(make("option", { value, selected: value === chosen }, name));
  return element;
}

/** Make a select of groups of values with what to call them, under a first line that chooses none. */
export function groupedSelect(first: string, groups: readonly (readonly [string, readonly (readonly [string, string])[]])[]): HTMLSelectElement {
  const element = select([["", first]], "");
  for (const [label, options] of groups) {
    element.append(make("optgroup", { label }, ...options.map(([value, name]) => make("option", { value }, name))));
  }
  return element;
}

/** Make an element that is spoken by screen readers when its text changes. */
export function announcer(className = "quiet"): HTMLElement {
  return make("p", { class: className, role: "status" });
}

/** Call `act` once nothing has asked for it for `wait_ms`. */
export function settled<A extends unknown[]>(wait_ms: number, act: (...values: A) => void): (...values: A) => void {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => act(...values), wait_ms);
  };
}
