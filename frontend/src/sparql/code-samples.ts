/** Code samples that run the query in the editor: curl, Python, R and JavaScript. */
import { createButton, createElement } from "../shared/dom";

const LANGUAGES: readonly (readonly [string, (endpoint: string, query: string) => string])[] = [
  ["curl", (endpoint, query) => `curl -H 'Accept: text/csv' ${endpoint} --data-urlencode query=${shellQuoted(query)}`],
  [
    "Python",
    (endpoint, query) => `import requests

query = ${tripleQuoted(query)}
response = requests.get(
    "${endpoint}",
    params={"query": query},
    headers={"Accept": "application/sparql-results+json"},
    timeout=30,
)
response.raise_for_status()
for row in response.json()["results"]["bindings"]:
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
const response = await fetch("${endpoint}?" + new URLSearchParams({ query }), {
  headers: { Accept: "application/sparql-results+json" },
});
if (!response.ok) throw new Error(await response.text());
const { results } = await response.json();
for (const row of results.bindings) console.log(row);`,
  ],
];

/**
 * Create a closed details element with the samples.
 * @param getQuery Returns the text of the query; called when the details are opened and when a language is chosen.
 * @returns The details element.
 */
export function createCodeSamples(getQuery: () => string): HTMLElement {
  const code = createElement("code");
  const copied = createElement("span", { role: "status", class: "quiet" });
  let current = 0;
  const buttons = LANGUAGES.map(([name], index) => createButton(name, () => show(index), { class: "plain" }));
  const show = (index: number) => {
    current = index;
    buttons.forEach((button, position) => button.setAttribute("aria-pressed", String(position === index)));
    code.textContent = LANGUAGES[index]?.[1](`${location.origin}/sparql`, getQuery().trim()) ?? "";
    copied.textContent = "";
  };
  const copy = async () => {
    await navigator.clipboard.writeText(code.textContent);
    copied.textContent = "Copied.";
  };
  const details = createElement(
    "details",
    { class: "samples" },
    createElement("summary", {}, "Use this query in code"),
    createElement("div", { class: "controls" }, ...buttons, createButton("Copy", () => void copy()), copied),
    createElement("pre", { tabindex: "0", "aria-label": "Code that runs this query" }, code),
  );
  details.addEventListener("toggle", () => {
    if (details.open) show(current);
  });
  return details;
}

/** Quote a text for a POSIX shell. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Write a text as a triple-quoted string of Python. */
function tripleQuoted(text: string): string {
  return `"""${text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"')}\n"""`;
}
