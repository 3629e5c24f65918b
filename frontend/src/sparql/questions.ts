/** The stored questions: choose one, fill in its parameters, and the query in the editor is the one that asks it. */
import { field, groupedSelect, make, settled } from "../common/dom";
import { ask, fetchJson, isAbort, Latest, Problem } from "../common/fetch";
import type { Prefixes } from "./names";

interface Parameter {
  name: string;
  type: string;
  default: string;
  form: string;
}

export interface Question {
  name: string;
  title: string;
  description: string;
  parameters: Parameter[];
}

export interface Questions {
  prefixes: Prefixes;
  groups: [string, Question[]][];
}

export async function fetchQuestions(): Promise<Questions> {
  return (await fetchJson<{ page: Questions }>("/questions.json")).page;
}

/** Return a form to choose from; `put` is called with the text of a query, `told` with what is wrong. */
export function questionForm(questions: Questions, put: (text: string) => void, told: (problem: string) => void): HTMLElement {
  const all = questions.groups.flatMap(([, members]) => members);
  const choice = groupedSelect(
    "choose a question …",
    questions.groups.map(([group, members]) => [group, members.map(({ name, title }) => [name, title] as const)] as const),
  );
  const described = make("p", { class: "quiet" });
  const fields = make("div", { class: "controls" });
  const latest = new Latest();

  const fill = settled(200, async () => {
    const given = [...fields.querySelectorAll("input")].filter((input) => input.value).map((input) => [input.name, input.value]);
    try {
      const answer = await ask(`/questions/${choice.value}.rq?${new URLSearchParams(given as [string, string][])}`, { signal: latest.next() });
      put(await answer.text());
      told("");
    } catch (error) {
      if (error instanceof Problem) told(error.message);
      else if (!isAbort(error)) throw error;
    }
  });
  choice.addEventListener("change", () => {
    const question = all.find(({ name }) => name === choice.value);
    described.textContent = question?.description ?? "";
    fields.replaceChildren(...(question?.parameters ?? []).map(parameterField));
    if (question) fill();
  });
  fields.addEventListener("input", fill);
  return make("div", { class: "stored" }, field("Stored questions", choice), described, fields);
}

function parameterField(parameter: Parameter): HTMLElement {
  const type = { "xsd:date": "date", "xsd:integer": "number" }[parameter.type] ?? "text";
  return field(`${parameter.name} (${parameter.form})`, make("input", { type, name: parameter.name, value: parameter.default }));
}
