"""Links, and marks of where a statement stands, as markup: templates call them thousands of times for a large page.

As macros of the templates they took three quarters of the time that such a page took.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.vocabulary import EDTF
from sjkg.site.date_text import edtf_in_words
from sjkg.site.model import Property, Source, Value
from sjkg.site.paths import explain_path, page_path
from sjkg.site.wording import language_name
from sjkg.web.pages.show import blueprint

OURS = Markup(
    '<a class="mark editorial" href="/claims?kind=sjkg:EditorialInference"'
    ' title="a conclusion of the editors, not of the article">ours</a>'
)
OURS_UNLINKED = Markup(
    '<span class="mark editorial" title="a conclusion of the editors, not of the article">ours</span>'
)
ELSEWHERE = Markup('<span class="mark elsewhere" title="from another dataset, not from the article">elsewhere</span>')
OF_THE_WEB = re.compile(r"https?://", re.IGNORECASE)
WHY = {"inferred": "follows by reasoning; see why", "derived": "computed from what is written; see why"}


@blueprint.app_template_global()
@bounded_cache(8192)
def link(iri: str, text: str) -> Markup:
    """Return a thing as a link to its page, a thing of others as a link out, or as its text where its IRI is no address
    of the web: a query can make any IRI, such as one that is a script."""
    path = page_path(iri)
    if path:
        return Markup(f'<a href="{escape(path)}">{escape(text)}</a>')
    if OF_THE_WEB.match(iri):
        return Markup(f'<a href="{escape(iri)}" rel="external">{escape(text)}</a>')
    return escape(text)


@blueprint.app_template_global()
def things(all_of_them: Iterable) -> Markup:
    """Return things as links, with commas between them."""
    return Markup(", ").join(link(thing.iri, thing.name) for thing in all_of_them)


@blueprint.app_template_global()
def value_of(value: Value) -> Markup:
    """Return the value of a statement: a link, a date in words, or a text with its language where that is not English."""
    if value.iri:
        return link(value.iri, value.text)
    if value.datatype == EDTF:
        return Markup(f"{escape(edtf_in_words(value.text))} <code>{escape(value.text)}</code>")
    if not value.language:
        return Markup(f"<span>{escape(value.text)}</span>")
    said = f" <small>{escape(language_name(value.language))}</small>" if value.language != "en" else ""
    return Markup(f'<span lang="{escape(value.language)}">{escape(value.text)}</span>{said}')


@blueprint.app_template_global()
@lru_cache(maxsize=1024)
def passage_mark(source: Source, words: str = "") -> Markup:
    """Return the mark of a passage, which leads to it. words: what is said of it to those who only hear it."""
    name = escape(source.name)
    return Markup(
        f'<a class="mark" href="{escape(page_path(source.graph))}" title="{name}"><span class="hidden">{words}{name}</span>'
        f'<span aria-hidden="true">¶{source.number}</span></a>'
    )


@blueprint.app_template_global()
def source(source: Source) -> Markup:
    """Return the mark of where something stands, if it is in a passage or a conclusion of the editors."""
    if source.sort == "passage":
        return passage_mark(source)
    return OURS_UNLINKED if source.sort == "editorial" else Markup("")


@blueprint.app_template_global()
def marks(sources: Iterable[Source], subject: str, property_iri: str, value: Value) -> Markup:
    """Return the marks of a statement: its passages, or the way to the reasons for it."""
    return Markup(
        f'<span class="marks">{"".join(_mark(source, subject, property_iri, value) for source in sources)}</span>'
    )


def _mark(source: Source, subject: str, property_iri: str, value: Value) -> str:
    if source.sort == "passage":
        return passage_mark(source, "stated in ")
    if source.sort in WHY:
        path = escape(explain_path(subject, property_iri, value.text, value.iri, value.datatype, value.language))
        return f'<a class="mark {source.sort}" href="{path}" title="{WHY[source.sort]}">{source.sort}</a>'
    return {"editorial": OURS, "elsewhere": ELSEWHERE}.get(source.sort, "")


@blueprint.app_template_global()
def statements(subject: str, properties: Iterable[Property], *, inverse: bool = False) -> Markup:
    """Return statements of one subject as a list of terms: property, values, marks. inverse: it is what the values say this of."""
    itself = Value("", subject, None, None, ())
    lines = ['<dl class="statements">']
    for prop in properties:
        lines.append(f"<dt>{link(prop.iri, prop.name)}</dt><dd><ul>")
        for value in prop.values:
            ends = (value.iri, prop.iri, itself) if inverse else (subject, prop.iri, value)
            lines.append(f"<li>{value_of(value)} {marks(value.sources, *ends)}</li>")
        if prop.more:
            lines.append(f'<li class="quiet">and <a href="#behind">{prop.more:,} more</a></li>')
        lines.append("</ul></dd>")
    return Markup("\n".join([*lines, "</dl>\n"]))
