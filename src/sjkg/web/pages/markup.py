"""HTML of links, values and source marks, as functions that templates call.

As Jinja macros they took three quarters of the time of a large page. A mark is a small link after a statement that
shows its source: ¶N for passage N (a stretch of the article's text), “inferred” (by OWL reasoning), “derived” (computed
by a rule of the project), “our conclusion” (not stated in the article) or “other dataset”.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.terms import show_controls
from sjkg.core.vocabulary import EDTF, expand, own
from sjkg.site.model import Property, Source, Thing, Value
from sjkg.site.paths import explain_path, local_page_path, page_path
from sjkg.site.wording import edtf_in_words, language_name
from sjkg.web.context import current_served
from sjkg.web.pages.show import blueprint

EDITORS = "the article does not state this; the editors of this site concluded it"
OURS = Markup(
    f'<a class="mark editorial" href="/claims?kind=sjkg:EditorialInference" title="{EDITORS}">our conclusion</a>'
)
OURS_UNLINKED = Markup(f'<span class="mark editorial" title="{EDITORS}">our conclusion</span>')
SIDE_IS_OURS = Markup(
    '<span class="mark editorial" title="concluded by the editors of this site">side: our conclusion</span>'
)
OTHER_DATASET = Markup(
    '<span class="mark elsewhere" title="this statement is from another dataset, not from the article">other dataset</span>'
)
MAX_INFERRED_VALUES = 12  # of one property; without a limit they are a third of the largest pages
SECTION = re.compile(r'<section id="([\w-]+)"[^>]*>\s*<h2>(.*?)</h2>')
MIN_LONG_PAGE, MIN_SECTIONS = 15_000, 4  # characters of HTML, and sections, of a page with a list of contents
PREFIXED_NAME = re.compile(r"\b(?:sjkg|skos|dcterms|rdfs|rdf|role|side):[A-Za-z][\w-]*\w")
WEB_SCHEME = re.compile(r"https?://", re.IGNORECASE)
PROOF_TITLES = {
    "inferred": "the article does not state this; it follows by general rules; show how",
    "derived": "the article does not state this; a rule of this site computed it; show how",
}


@blueprint.app_template_global()
def sides() -> tuple[tuple[str, str], ...]:
    """Return the last segment of the IRI and the short name of each side of the conflict, in the order of their colours."""
    return tuple((iri.rpartition("/")[2], name) for iri, name in own().about.sides)


@blueprint.app_template_global()
@bounded_cache(8192)
def link(iri: str, text: str) -> Markup:
    """Return the HTML of a link with `text` to the page of one of our IRIs, or to an external http(s) IRI.
    Any other IRI gives only the escaped text, because a query can return any IRI, such as “javascript:…”. Cached.
    """
    path = page_path(iri)
    if path:
        return Markup(f'<a href="{escape(path)}">{escape(text)}</a>')
    if WEB_SCHEME.match(iri):
        return Markup(f'<a href="{escape(iri)}" rel="external">{escape(text)}</a>')
    return escape(text)


@blueprint.app_template_filter()
def capital(text: str) -> str:
    """Return a label as the beginning of a line or title: names that are not proper nouns are stored in lower case."""
    return text[:1].upper() + text[1:]


@blueprint.app_template_filter()
def named_terms(text: str) -> str:
    """Return a text in which labels in quotes stand for the prefixed names of our terms: “counts towards” for sjkg:countsTowards."""
    names = current_served().labels.term_names
    return PREFIXED_NAME.sub(lambda found: f"“{names[iri]}”" if (iri := expand(found[0])) in names else found[0], text)


@blueprint.app_template_filter()
def linked_terms(text: str) -> Markup:
    """Return the HTML of a text in which linked labels stand for the prefixed names of our terms."""
    names = current_served().labels.term_names
    return Markup(
        PREFIXED_NAME.sub(
            lambda found: link(iri, names[iri]) if (iri := expand(found[0])) in names else found[0], escape(text)
        )
    )


@blueprint.app_template_global()
def labelled_link(iri: str, text: str, label: str) -> Markup:
    """Return the HTML of a link like `link`; if it leads to the page of one of our IRIs, `label` is shown on hover."""
    path = page_path(iri) if label else None
    return Markup(f'<a href="{escape(path)}" title="{escape(label)}">{escape(text)}</a>') if path else link(iri, text)


@blueprint.app_template_global()
def side_is_ours() -> Markup:
    """Return the HTML of the mark of a side (of an actor or figure) that the editors concluded."""
    return SIDE_IS_OURS


@blueprint.app_template_global()
def things(listed: Iterable[Thing]) -> Markup:
    """Return the HTML of links to things (each with IRI and label), separated by commas."""
    return Markup(", ").join(link(thing.iri, thing.name) for thing in listed)


@blueprint.app_template_global()
def value_of(value: Value) -> Markup:
    """Return the HTML of a value: a link, a date in words and in EDTF, or a text with its language.

    EDTF is the Extended Date/Time Format. English is not mentioned as a language.
    """
    if value.iri:
        return link(value.iri, value.text)
    if value.datatype == EDTF:
        return Markup(f"{escape(edtf_in_words(value.text))} <code>{escape(value.text)}</code>")
    if not value.language:
        return Markup(f"<span>{escape(show_controls(value.text))}</span>")
    language = f" <small>{escape(language_name(value.language))}</small>" if value.language != "en" else ""
    return Markup(f'<span lang="{escape(value.language)}">{escape(show_controls(value.text))}</span>{language}')


@blueprint.app_template_global()
@lru_cache(maxsize=1024)
def passage_mark(source: Source, prefix: str = "") -> Markup:
    """Return the HTML of the mark ¶N of a passage (stretch N of the article's text), a link to its page. Cached.

    source: the passage. prefix: text before “passage N” for screen readers.
    """
    name = escape(source.name.removeprefix(f"passage {source.number}, "))
    return Markup(
        f'<a class="mark" href="{escape(local_page_path(source.graph))}" title="{name}">'
        f'<span class="hidden">{prefix}passage {source.number}</span><span aria-hidden="true">¶{source.number}</span></a>'
    )


@blueprint.app_template_global()
def source(source: Source) -> Markup:
    """Return the HTML of the mark of a source: ¶N, linked to the page of passage N, or “our conclusion”, not linked.

    A source of any other sort has no mark; "" is returned for it.
    """
    if source.sort == "passage":
        return passage_mark(source)
    return OURS_UNLINKED if source.sort == "editorial" else Markup("")


@blueprint.app_template_filter()
def common_source(sources: Iterable[Source]) -> Source | None:
    """Return the passage that is the source of all of at least two statements, or None if they have several sources."""
    found = list(sources)
    is_common = len(found) > 1 and len(set(found)) == 1 and found[0].sort == "passage"
    return found[0] if is_common else None


@blueprint.app_template_filter()
def contents(body: Markup) -> list[tuple[str, str]]:
    """Return pairs of id and title of the sections in the HTML of a long page; an empty list for a short page."""
    found = SECTION.findall(body) if len(body) > MIN_LONG_PAGE else []
    return found if len(found) >= MIN_SECTIONS else []


@blueprint.app_template_global()
def marks(sources: Iterable[Source], subject: str, property_iri: str, value: Value) -> Markup:
    """Return the HTML of the marks (small links) that show the sources of a statement.

    A mark “inferred” (by OWL reasoning) or “derived” (by a rule of the project) links to a proof of the statement.
    subject, property_iri: IRIs. value: the object.
    """
    return Markup(
        f'<span class="marks">{"".join(_source_mark(source, subject, property_iri, value) for source in sources)}</span>'
    )


def _source_mark(source: Source, subject: str, property_iri: str, value: Value) -> str:
    """Return the mark (a small link) that shows one source of a statement.

    "" for the ontology, and for the graphs in which editors give things their names.
    subject, property_iri, value: the statement, for the link to its proof.
    """
    if source.sort == "passage":
        return passage_mark(source, "stated in ")
    if source.sort == "inferred" or source.sort == "derived":
        path = escape(explain_path(subject, property_iri, value.text, value.iri, value.datatype, value.language))
        return f'<a class="mark {source.sort}" href="{path}" title="{PROOF_TITLES[source.sort]}">{source.sort}</a>'
    return {"editorial": OURS, "elsewhere": OTHER_DATASET}.get(source.sort, "")


@blueprint.app_template_global()
def statements(subject: str, properties: Iterable[Property], *, inverse: bool = False) -> Markup:
    """Return an HTML description list of statements: each property with its values, each with marks of its sources.

    Of the values of a property that follow by OWL inference only, the first MAX_INFERRED_VALUES are shown.
    subject: IRI of the subject; with `inverse` the values are the subjects, and `subject` is the object.
    """
    itself = Value("", subject, None, None, ())
    lines = ['<dl class="statements">']
    for prop in properties:
        lines.append(f"<dt>{link(prop.iri, prop.name)}</dt><dd><ul>")
        inferred = [value for value in prop.values if value.is_only_inferred]
        left_out = set(inferred[MAX_INFERRED_VALUES:])
        for value in prop.values:
            if value in left_out:
                continue
            if inverse:
                mark = marks(value.sources, value.iri or "", prop.iri, itself)
            else:
                mark = marks(value.sources, subject, prop.iri, value)
            lines.append(f"<li>{value_of(value)} {mark}</li>")
        if more := prop.more + len(left_out):
            lines.append(
                f'<li class="quiet">and <a href="#behind">{more:,} more, which the queries at the foot of this page return</a></li>'
            )
        lines.append("</ul></dd>")
    return Markup("\n".join([*lines, "</dl>\n"]))
