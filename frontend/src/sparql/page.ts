/**
 * The query page: replaces the plain form by an editor and shows results below it.
 *
 * Elements: <form data-sparql-editor action="/sparql"> with a textarea named "query"; [data-sparql-answer], if the server
 * has included a result.
 */
import { sitePath } from "../shared/assets";
import { createButton, createElement } from "../shared/dom";
import { HttpProblem, isAbortError, LatestRequest } from "../shared/request";
import { createCodeSamples } from "./code-samples";
import { createEditor } from "./editor";
import { runQuery } from "./endpoint";
import { ResultTabs } from "./result-tabs";
import { createSavedQueryForm, fetchSavedQueries } from "./saved-queries";

const FIRST_VIEW = "Table";

/**
 * Turn the form into an editor; run the query of the address, if there is one.
 * @param form The element with data-sparql-editor.
 */
export default async function draw(form: HTMLElement): Promise<void> {
  const textarea = form.querySelector<HTMLTextAreaElement>("textarea[name=query]");
  if (!textarea) throw new Error("the form has no textarea named “query”");
  const savedQueries = await fetchSavedQueries();
  const problem = createElement("div", { class: "problem", role: "alert" });
  const host = createElement("div", { class: "editor" });
  const resultHost = document.querySelector<HTMLElement>("[data-sparql-answer]") ?? createElement("section", { "aria-label": "Result" });
  let view = new URLSearchParams(location.hash.slice(1)).get("view") ?? FIRST_VIEW;
  const results = new ResultTabs(resultHost, view, (chosen) => {
    view = chosen;
    history.replaceState(null, "", queryPath(editor.text, view));
  });
  const latest = new LatestRequest();

  const run = async () => {
    const signal = latest.next();
    problem.replaceChildren();
    resultHost.setAttribute("aria-busy", "true");
    history.replaceState(null, "", queryPath(editor.text, view));
    try {
      results.show(await runQuery(editor.text, signal), savedQueries.prefixes);
      document.querySelector("h1[data-sparql-problem]")?.replaceChildren("Query result");
    } catch (error) {
      if (isAbortError(error)) return;
      if (!(error instanceof HttpProblem)) throw error;
      showProblem(error);
    } finally {
      document.querySelector("p[data-sparql-problem]")?.remove(); // the message that the server put on the page
      resultHost.removeAttribute("aria-busy");
    }
  };
  const showProblem = ({ message, line, column }: HttpProblem) => {
    problem.replaceChildren(createElement("p", {}, message));
    if (line === undefined || column === undefined) return;
    editor.markLine(line);
    problem.append(createButton(`Go to line ${line}, column ${column}`, () => editor.goTo(line, column), { class: "plain" }));
  };

  const plainForm = [...form.childNodes];
  form.prepend(host); // the editor measures itself, so it has to be on the page
  const editor = await createEditor(host, textarea.value, savedQueries.prefixes, () => void run());
  const savedQueryForm = createSavedQueryForm(
    savedQueries,
    (text) => (editor.text = text),
    (message) => problem.replaceChildren(...(message ? [createElement("p", {}, message)] : [])),
  );
  for (const node of plainForm) node.remove();
  form.prepend(savedQueryForm);
  const controls = createElement("div", { class: "controls" }, createElement("button", { type: "submit" }, "Run query"), createCopyLinkButton(() => queryPath(editor.text, view)), createElement("span", { class: "quiet" }, "Ctrl+Space suggests names and terms; Ctrl+Enter runs the query."));
  form.append(problem, controls, createCodeSamples(() => editor.text));
  form.after(resultHost);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run();
  });
  if (new URLSearchParams(location.search).has("query")) await run();
}

/** Return the path of the query page with a query, and with the view of its result in the fragment. */
function queryPath(query: string, view: string): string {
  const fragment = view === FIRST_VIEW ? "" : `#${new URLSearchParams({ view })}`;
  return sitePath(`sparql?${new URLSearchParams({ query })}${fragment}`);
}

/** Create the button that copies the address of the query and its view; `getPath` returns the path of this address. */
function createCopyLinkButton(getPath: () => string): HTMLElement {
  const status = createElement("span", { role: "status", class: "quiet" });
  const copy = async () => {
    await navigator.clipboard.writeText(location.origin + getPath());
    status.textContent = "Link copied.";
  };
  return createElement("span", {}, createButton("Copy link", () => void copy(), { class: "plain" }), " ", status);
}
