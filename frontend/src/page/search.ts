/**
 * Names as one types, under the search field of the header.
 * Source: the combobox pattern, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
import { make, settled } from "../common/dom";
import { fetchJson, isAbort, Latest } from "../common/fetch";

interface Found {
  path: string;
  name: string;
  kind: string;
  found_as: string | null;
  language: string | null;
}

interface Answer {
  page: { total: number; groups: [string, Found[]][] };
}

const SHOWN_OF_A_KIND = 4;
const WAIT_MS = 80;

export function suggestWhileTyping(input: HTMLInputElement): void {
  const list = make("ul", { id: `${input.id}-found`, role: "listbox", "aria-label": "Found", hidden: true });
  const told = make("span", { class: "hidden", role: "status" });
  input.after(list, told);
  const marks = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries({ ...marks, autocomplete: "off" })) input.setAttribute(name, value);
  const latest = new Latest();
  let current = -1;

  const options = () => [...list.querySelectorAll<HTMLElement>("[role=option]")];

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    point(-1);
  };

  const point = (to: number) => {
    current = to;
    options().forEach((option, place) => option.setAttribute("aria-selected", String(place === to)));
    const option = options()[to];
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };

  const show = (answer: Answer) => {
    list.replaceChildren(...rows(answer.page.groups, list.id));
    const count = options().length;
    told.textContent = count ? `${count} names; choose with the arrow keys` : "No such name";
    if (!count) list.append(make("li", { class: "quiet", role: "presentation" }, "No such name"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    point(-1);
  };

  const look = settled(WAIT_MS, async () => {
    const words = input.value.trim();
    const signal = latest.next();
    if (!words) return close();
    try {
      show(await fetchJson<Answer>(`/search.json?${new URLSearchParams({ q: words })}`, signal));
    } catch (error) {
      if (!isAbort(error)) close();
    }
  });

  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
  list.addEventListener("click", (event) => follow((event.target as Element).closest<HTMLElement>("[role=option]")));
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const last = options().length - 1;
    if (event.key === "ArrowDown") point(current === last ? -1 : current + 1);
    else if (event.key === "ArrowUp") point(current === -1 ? last : current - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && current >= 0) follow(options()[current]);
    else return;
    event.preventDefault();
  });
}

function follow(option: HTMLElement | null | undefined): void {
  if (option?.dataset.path) location.assign(option.dataset.path);
}

function rows(groups: [string, Found[]][], id: string): HTMLElement[] {
  let number = 0;
  return groups.map(([title, found]) => {
    const group = make("ul", { role: "group", "aria-label": title });
    for (const one of found.slice(0, SHOWN_OF_A_KIND)) {
      const option = make("li", { role: "option", id: `${id}-${number++}`, "data-path": one.path }, one.name);
      if (one.found_as) option.append(" ", make("small", { lang: one.language ?? undefined }, one.found_as));
      group.append(option);
    }
    return make("li", { role: "presentation" }, make("span", { class: "quiet", "aria-hidden": "true" }, title), group);
  });
}
