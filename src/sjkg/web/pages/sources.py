"""The comparison of what this graph and other datasets say of an event, as a page, JSON and CSV."""

import json

from flask import Response

from sjkg.core.vocabulary import PREFIXES
from sjkg.site.context import PageContext
from sjkg.site.csv_tables import METADATA
from sjkg.site.paths import compare_path
from sjkg.site.source_agreement import figure_text, kind_text
from sjkg.site.source_comparison import source_comparison
from sjkg.site.source_model import SourceComparison, web_address
from sjkg.site.source_table import describe_comparison, write_comparison
from sjkg.web.openapi import Documentation
from sjkg.web.pages.show import blueprint, new_context, page

blueprint.add_app_template_filter(figure_text)
blueprint.add_app_template_filter(kind_text)
blueprint.add_app_template_filter(web_address)
blueprint.add_app_template_filter(compare_path)
RULE = "/compare/event/<slug>"


@blueprint.get(f"{RULE}.csv")
@Documentation(produces={"text/csv": None})
def sources_as_csv(slug: str) -> Response:
    """Send what the sources say of an event as CSV, a row for each value.

    Each column has one kind of value; they are described by the document that the header Link names with rel="describedby" (CSV on
    the Web). Each source has a licence of its own, in the column licence_iri.
    """
    headers = {
        "Content-Disposition": f"inline; filename={slug}.csv",
        "Link": f'<{slug}.csv-metadata.json>; rel="describedby"; type="{METADATA}"',
    }
    return Response(write_comparison(_compare(new_context(), slug)), mimetype="text/csv", headers=headers)


@blueprint.get(f"{RULE}.csv-metadata.json")
@Documentation(produces={METADATA: dict[str, object]})
def sources_metadata(slug: str) -> Response:
    """Send the description of the CSV file of what the sources say of an event.

    Source: Metadata Vocabulary for Tabular Data, https://www.w3.org/TR/tabular-metadata/
    """
    described = describe_comparison(_compare(new_context(), slug).event.name, f"{slug}.csv")
    return Response(json.dumps(described, ensure_ascii=False, indent=1) + "\n", mimetype=METADATA)


@page(RULE, "compare-sources.html", csv=sources_as_csv)
def compare_sources(context: PageContext, slug: str) -> SourceComparison:
    """Show what this graph and other datasets say of an event: dates, places, strengths, losses and outcomes, side by side.

    Each record is of the same event, a part of it, or a larger one. Only statements about the same event can disagree.
    """
    return _compare(context, slug)


def _compare(context: PageContext, slug: str) -> SourceComparison:
    """Return the comparison for the event with a slug. Raises UnknownName if there is none."""
    return source_comparison(context, PREFIXES["event"] + slug)
