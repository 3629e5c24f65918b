/**
 * The query page: the form that works without scripts becomes an editor, and answers appear below it.
 *
 * <form data-sparql-editor action="/sparql"> with a textarea named query; [data-sparql-answer] is where the server put its answer.
 */
import { button, make } from "../common/dom";
import { isAbort, Latest, Problem } from "../common/fetch";
import { evaluate } from "./answers";
import { makeEditor } from "./editor";
import { fetchQuestions, questionForm } from "./questions";
import { Results } from "./results";
import { samples } from "./samples";

export default async function draw(form: HTMLElement): Promise<void> {
  const textarea = form.querySelector<HTMLTextAreaElement>("textarea[name=query]");
  if (!textarea) throw new Error("there is no query to edit");
  const questions = await fetchQuestions();
  const problem = make("div", { class: "problem", role: "alert" });
  const host = make("div", { class: "editor" });
  const answer = document.querySelector<HTMLElement>("[data-sparql-answer]") ?? make("section", { "aria-label": "Answer" });
  const results = new Results(answer);
  const latest = new Latest();

  const run = async () => {
    const signal = latest.next();
    problem.replaceChildren();
    answer.setAttribute("aria-busy", "true");
    share(editor.text);
    try {
      results.show(await evaluate(editor.text, signal), questions.prefixes);
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof Problem)) throw error;
      tell(error);
    } finally {
      answer.removeAttribute("aria-busy");
    }
  };
  const tell = (error: Problem) => {
    const { line, column } = error;
    problem.replaceChildren(make("p", {}, error.message));
    if (line === undefined || column === undefined) return;
    editor.mark(line);
    problem.append(button(`Go to line ${line}, column ${column}`, () => editor.goTo(line, column), { class: "plain" }));
  };

  const parts = [...form.childNodes];
  form.prepend(host); // an editor measures itself, so it has to be on the page
  const editor = await makeEditor(host, textarea.value, questions.prefixes, () => void run());
  const stored = questionForm(questions, (text) => (editor.text = text), (wrong) => problem.replaceChildren(...(wrong ? [make("p", {}, wrong)] : [])));
  for (const part of parts) part.remove();
  form.prepend(stored);
  form.append( problem, make("div", { class: "controls" }, make("button", { type: "submit" }, "Ask"), shareButton(() => editor.text)), samples(() => editor.text));
  form.after(answer);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run();
  });
  if (new URLSearchParams(location.search).has("query")) await run();
}

/** Put the query into the address, so that the address is the query. */
function share(query: string): void {
  history.replaceState(null, "", `/sparql?${new URLSearchParams({ query })}`);
}

function shareButton(text: () => string): HTMLElement {
  const copied = make("span", { role: "status", class: "quiet" });
  const copy = button("Copy link", async () => {
    await navigator.clipboard.writeText(`${location.origin}/sparql?${new URLSearchParams({ query: text() })}`);
    copied.textContent = "The link to this query is copied.";
  }, { class: "plain" });
  return make("span", {}, copy, " ", copied);
}
