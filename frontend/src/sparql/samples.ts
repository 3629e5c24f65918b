/** The query at hand as code that asks it: for the shell, Python, R and JavaScript. */
import { button, make } from "../common/dom";

const LANGUAGES: readonly (readonly [string, (endpoint: string, query: string) => string])[] = [
  ["curl", (endpoint, query) => `curl -H 'Accept: text/csv' ${endpoint} --data-urlencode query=${shellQuoted(query)}`],
  [
    "Python",
    (endpoint, query) => `import requests

query = ${tripleQuoted(query)}
answer = requests.get(
    "${endpoint}",
    params={"query": query},
    headers={"Accept": "application/sparql-results+json"},
    timeout=30,
)
answer.raise_for_status()
for row in answer.json()["results"]["bindings"]:
    print({name: term["value"] for name, term in row.items()})`,
  ],
  [
    "R",
    (endpoint, query) => `library(httr2)

query <- r"---(${query})---"
rows <- request("${endpoint}") |>
  req_url_query(query = query) |>
  req_headers(Accept = "text/csv") |>
  req_perform() |>
  resp_body_string() |>
  I() |>
  readr::read_csv()`,
  ],
  [
    "JavaScript",
    (endpoint, query) => `const query = ${JSON.stringify(query)};
const answer = await fetch("${endpoint}?" + new URLSearchParams({ query }), {
  headers: { Accept: "application/sparql-results+json" },
});
if (!answer.ok) throw new Error(await answer.text());
const { results } = await answer.json();
for (const row of results.bindings) console.log(row);`,
  ],
];

/** Return the samples as closed details; `text` gives the query when they are opened. */
export function samples(text: () => string): HTMLElement {
  const code = make("code");
  const frame = make("pre", { tabindex: "0", "aria-label": "Code that asks this query" }, code);
  const copied = make("span", { role: "status", class: "quiet" });
  let chosen = 0;
  const choices = LANGUAGES.map(([name], place) => button(name, () => show(place), { class: "plain" }));
  const show = (place: number) => {
    chosen = place;
    choices.forEach((choice, number) => choice.setAttribute("aria-pressed", String(number === place)));
    code.textContent = LANGUAGES[place]?.[1](`${location.origin}/sparql`, text().trim()) ?? "";
    copied.textContent = "";
  };
  const copy = button("Copy", async () => {
    await navigator.clipboard.writeText(code.textContent ?? "");
    copied.textContent = "copied";
  });
  const details = make("details", { class: "samples" }, make("summary", {}, "Ask this from code"), make("div", { class: "controls" }, ...choices, copy, copied), frame);
  details.addEventListener("toggle", () => details.open && show(chosen));
  return details;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function tripleQuoted(text: string): string {
  return `"""${text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"')}\n"""`;
}
