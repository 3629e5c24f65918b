/** Saved queries: choosing one and filling in its parameters puts its text into the editor. */
import { sitePath } from "../shared/assets";
import { createElement, createField, createGroupedSelect, debounce } from "../shared/dom";
import { fetchJson, HttpProblem, isAbortError, LatestRequest, request } from "../shared/request";
import type { Prefixes } from "./iris";

const WAIT_MS = 200;

interface Parameter {
  name: string;
  type: string;
  default: string;
  form: string;
}

interface SavedQuery {
  name: string;
  title: string;
  description: string;
  parameters: Parameter[];
}

/** The saved queries by group, and the prefixes that the server declares for every query. */
export interface SavedQueries {
  prefixes: Prefixes;
  groups: [string, SavedQuery[]][];
}

/**
 * Fetch the saved queries.
 * @returns All of them.
 */
export async function fetchSavedQueries(): Promise<SavedQueries> {
  return (await fetchJson<{ page: SavedQueries }>(sitePath("questions.json"))).page;
}

/**
 * Create the form that chooses a saved query and fills in its parameters.
 * @param queries The saved queries.
 * @param onText Receives the text of the query at each change.
 * @param onProblem Receives what is wrong with the parameters, or an empty text.
 * @returns The form's element.
 */
export function createSavedQueryForm(queries: SavedQueries, onText: (text: string) => void, onProblem: (message: string) => void): HTMLElement {
  const all = queries.groups.flatMap(([, members]) => members);
  const choice = createGroupedSelect(
    "choose a saved query …",
    queries.groups.map(([group, members]) => [group, members.map(({ name, title }) => [name, title] as const)] as const),
  );
  const description = createElement("p", { class: "quiet" });
  const fields = createElement("div", { class: "controls" });
  const latest = new LatestRequest();

  const load = async () => {
    const parameters = new URLSearchParams();
    for (const input of fields.querySelectorAll("input")) if (input.value) parameters.append(input.name, input.value);
    try {
      const response = await request(sitePath(`questions/${choice.value}.rq?${parameters}`), { signal: latest.next() });
      onText(await response.text());
      onProblem("");
    } catch (error) {
      if (error instanceof HttpProblem) onProblem(error.message);
      else if (!isAbortError(error)) throw error;
    }
  };
  const loadSoon = debounce(WAIT_MS, () => void load());
  choice.addEventListener("change", () => {
    const query = all.find(({ name }) => name === choice.value);
    description.textContent = query?.description ?? "";
    fields.replaceChildren(...(query?.parameters ?? []).map(createParameterField));
    if (query) loadSoon();
  });
  fields.addEventListener("input", loadSoon);
  return createElement("div", { class: "saved-query" }, createField("Saved queries", choice), description, fields);
}

/** Create the field of a parameter. */
function createParameterField(parameter: Parameter): HTMLElement {
  const type = { "xsd:date": "date", "xsd:integer": "number" }[parameter.type] ?? "text";
  return createField(`${parameter.name} (${parameter.form})`, createElement("input", { type, name: parameter.name, value: parameter.default }));
}
