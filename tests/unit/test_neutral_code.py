"""Nothing in code, templates, shapes, rules, queries or profiles is about the subject of the packaged knowledge base.

Another knowledge base inherits them; what is about one subject stands in its kb.ttl and triples.
"""

import re

import pytest
from conflict_words import WORDS
from servers import PROJECT

KINDS = (".py", ".rq", ".html", ".txt", ".toml", ".ttl", ".ts", ".css")
# Lines in which such a word has another meaning, each with the reason.
ALLOWED = {
    "src/sjkg/site/wording.py": ("Japanese|Mongolian", "names of languages"),
    "src/sjkg/matching/name_words.py": ("Chinese, Japanese and Korean", "names of languages"),
    "src/sjkg/matching/names.py": ("Chinese, Japanese or Korean", "names of languages"),
    "src/sjkg/snapshot/index/search.py": ("ussr russian|only in Japanese names", "synonyms and stop words of names"),
    "src/sjkg/snapshot/index/positions.py": ('"mongolia": BaseMapShape', "a feature of the base map"),
    "src/sjkg/web/templates/map-drawing.html": ("JAPAN", "a label of the base map"),
    "frontend/src/map/labels.ts": ("Japan|Mongolia", "labels of the base map"),
    "frontend/src/network/network.ts": (".", "an example in a comment"),
    "frontend/src/sparql/completion.ts": (".", "an example in a comment"),
    "ontology/vocab/dataset.ttl": ("Japanese dictionary", "the dataset JMdict"),
    "ontology/vocab/side.ttl": (".", "the sides of the packaged knowledge base; no other inherits the file"),
}
# Its examples are left out when the ontology is inherited; default values are replaced by examples of the knowledge base.
OWN_LINES = re.compile(r"^ +skos:example |^# param: ")
FILES = sorted(
    path
    for folder in ("src/sjkg", "frontend/src", "frontend/styles", "shapes", "ontology", "queries", "profiles")
    for path in (PROJECT / folder).rglob("*")
    if path.suffix in KINDS and "bundle" not in path.parts and "node_modules" not in path.parts
)


def words_in(name: str, text: str) -> list[str]:
    allowed = ALLOWED.get(name, ("(?!)", ""))[0]
    lines = [line for line in text.split("\n") if not OWN_LINES.match(line) and not re.search(allowed, line)]
    return [line.strip() for line in lines if WORDS.search(line)]


def test_no_file_that_knowledge_bases_share_names_the_subject_of_one():
    assert len(FILES) > 500
    names = {path: path.relative_to(PROJECT).as_posix() for path in FILES}
    found = {name: words for path, name in names.items() if (words := words_in(name, path.read_text(encoding="utf-8")))}
    assert found == {}


@pytest.mark.parametrize("name", ALLOWED)
def test_each_exception_is_needed(name):
    pattern = ALLOWED[name][0]
    text = (PROJECT / name).read_text(encoding="utf-8")
    assert any(WORDS.search(line) and re.search(pattern, line) for line in text.split("\n"))
