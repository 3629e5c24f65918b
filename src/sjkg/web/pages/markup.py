"""HTML of links, values and source marks, as functions that templates call.

As Jinja macros they took three quarters of the time of a large page. A mark is a small link after a statement that
shows its source: ¶N for passage N of the article, “inferred”, “derived”, “editors’ conclusion” or “other dataset”.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.vocabulary import EDTF
from sjkg.site.date_text import edtf_in_words
from sjkg.site.model import Property, Source, Thing, Value
from sjkg.site.paths import explain_path, local_page_path, page_path
from sjkg.site.wording import language_name
from sjkg.web.pages.show import blueprint

EDITORS = "this statement was concluded by the editors of this graph, not stated in the article"
OURS = Markup(
    f'<a class="mark editorial" href="/claims?kind=sjkg:EditorialInference" title="{EDITORS}">editors’ conclusion</a>'
)
OURS_UNLINKED = Markup(f'<span class="mark editorial" title="{EDITORS}">editors’ conclusion</span>')
OTHER_DATASET = Markup(
    '<span class="mark elsewhere" title="this statement is from another dataset, not from the article">other dataset</span>'
)
WEB_SCHEME = re.compile(r"https?://", re.IGNORECASE)
PROOF_TITLES = {
    "inferred": "this statement was inferred by reasoning; show its proof",
    "derived": "this statement was derived by a rule; show its proof",
}


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


@blueprint.app_template_global()
def things(listed: Iterable[Thing]) -> Markup:
    """Return the HTML of links to things (each with IRI and label), separated by commas."""
    return Markup(", ").join(link(thing.iri, thing.name) for thing in listed)


@blueprint.app_template_global()
def value_of(value: Value) -> Markup:
    """Return the HTML of a value: a link, a date as text with its EDTF, or a text with its language.

    English is not mentioned as a language.
    """
    if value.iri:
        return link(value.iri, value.text)
    if value.datatype == EDTF:
        return Markup(f"{escape(edtf_in_words(value.text))} <code>{escape(value.text)}</code>")
    if not value.language:
        return Markup(f"<span>{escape(value.text)}</span>")
    language = f" <small>{escape(language_name(value.language))}</small>" if value.language != "en" else ""
    return Markup(f'<span lang="{escape(value.language)}">{escape(value.text)}</span>{language}')


@blueprint.app_template_global()
@lru_cache(maxsize=1024)
def passage_mark(source: Source, prefix: str = "") -> Markup:
    """Return the HTML of the mark ¶N of a passage, a link to its page. Cached.

    source: the passage. prefix: text before its name for screen readers.
    """
    name = escape(source.name)
    return Markup(
        f'<a class="mark" href="{escape(local_page_path(source.graph))}" title="{name}">'
        f'<span class="hidden">{prefix}{name}</span><span aria-hidden="true">¶{source.number}</span></a>'
    )


@blueprint.app_template_global()
def source(source: Source) -> Markup:
    """Return the HTML of the mark of a passage, or of an editors' conclusion (not linked); empty for other sources."""
    if source.sort == "passage":
        return passage_mark(source)
    return OURS_UNLINKED if source.sort == "editorial" else Markup("")


@blueprint.app_template_global()
def marks(sources: Iterable[Source], subject: str, property_iri: str, value: Value) -> Markup:
    """Return the HTML of the marks of all sources of a statement; inferred and derived ones link to its proof.

    subject, property_iri: IRIs. value: the object.
    """
    return Markup(
        f'<span class="marks">{"".join(_source_mark(source, subject, property_iri, value) for source in sources)}</span>'
    )


def _source_mark(source: Source, subject: str, property_iri: str, value: Value) -> str:
    """Return the mark of one source of a statement; "" for an ontology graph, and for an editor's naming of a thing.

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
    """Return an HTML description list of statements: each property with its values and their marks.

    subject: IRI of the subject; with `inverse` the values are the subjects, and `subject` is the object.
    """
    itself = Value("", subject, None, None, ())
    lines = ['<dl class="statements">']
    for prop in properties:
        lines.append(f"<dt>{link(prop.iri, prop.name)}</dt><dd><ul>")
        for value in prop.values:
            if inverse:
                mark = marks(value.sources, value.iri or "", prop.iri, itself)
            else:
                mark = marks(value.sources, subject, prop.iri, value)
            lines.append(f"<li>{value_of(value)} {mark}</li>")
        if prop.more:
            lines.append(
                f'<li class="quiet">and <a href="#behind">{prop.more:,} more, which the queries of this page return</a></li>'
            )
        lines.append("</ul></dd>")
    return Markup("\n".join([*lines, "</dl>\n"]))
