/** Helpers that create elements. Text is always set as text, never as markup. */

type Attributes = Record<string, string | boolean | undefined>;
type Option = readonly [value: string, label: string];

/**
 * Create an HTML element.
 * @param name The tag name.
 * @param attributes The attributes; true sets an empty value, false and undefined leave the attribute out.
 * @param children Nodes and texts to append.
 * @returns The element.
 */
export function createElement<K extends keyof HTMLElementTagNameMap>(
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

/**
 * Create a button.
 * @param label The text of the button.
 * @param act The function to call when it is pressed.
 * @param attributes Further attributes.
 * @returns The button.
 */
export function createButton(label: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = createElement("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", act);
  return element;
}

/**
 * Create a paragraph that holds a form control and its label.
 * @param label The text of the label.
 * @param control The control; it gets an id if it has none.
 * @returns The paragraph.
 */
export function createField(label: string, control: HTMLInputElement | HTMLSelectElement): HTMLElement {
  control.id ||= `field-${Math.random().toString(36).slice(2)}`;
  return createElement("p", { class: "field" }, createElement("label", { for: control.id }, label), control);
}

/**
 * Create a select element.
 * @param options The value and label of each option.
 * @param selected The value that is selected at first.
 * @returns The select element.
 */
export function createSelect(options: readonly Option[], selected: string): HTMLSelectElement {
  const element = createElement("select");
  for (const [value, label] of options) element.append(createElement("option", { value, selected: value === selected }, label));
  return element;
}

/**
 * Create a select element whose options are grouped, after a first option with an empty value.
 * @param placeholder The label of the first option.
 * @param groups The label and the options of each group.
 * @returns The select element.
 */
export function createGroupedSelect(placeholder: string, groups: readonly (readonly [string, readonly Option[]])[]): HTMLSelectElement {
  const element = createSelect([["", placeholder]], "");
  for (const [label, options] of groups) {
    element.append(createElement("optgroup", { label }, ...options.map(([value, name]) => createElement("option", { value }, name))));
  }
  return element;
}

/**
 * Delay calls of a function until none has come for some time; only the last call is made.
 * @param waitMs The time without calls, in milliseconds.
 * @param act The function to call.
 * @returns A function that takes the same parameters.
 */
export function debounce<A extends unknown[]>(waitMs: number, act: (...values: A) => void): (...values: A) => void {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => act(...values), waitMs);
  };
}
