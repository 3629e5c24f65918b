"""The links to other datasets as an SSSOM table, and as triples with the predicate that a consumer wants."""

from flask import Blueprint, Response, request

from sjkg.core.errors import BadParameter
from sjkg.describe.links import OWN_PREDICATES, PREDICATES, match_quads, read_links, read_uri_spaces
from sjkg.describe.sssom import MEDIA_TYPE, write_sssom
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GraphFormat
from sjkg.web.context import current_served
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.rdf_responses import BY_ENDING, rdf_response, rdf_types, split_ending

blueprint = Blueprint("links", __name__)

DATASET = Parameter("dataset", "Only the links to this dataset.", example="wikidata")
PREDICATE = Parameter(
    "predicate",
    f"The predicate of the triples, one for each accepted link to the same thing: {', '.join(PREDICATES)}, or the IRI of one of these; {OWN_PREDICATES}, "
    "the default, for those of the graph, also for links to things that are nearly the same, wholes or parts.",
    example="owl:sameAs",
)


@blueprint.get("/links.sssom.tsv")
@Documentation(produces={MEDIA_TYPE: None}, parameters=[DATASET])
def table() -> Response:
    """Return the links to other datasets as an SSSOM table, refused ones with the predicate_modifier Not."""
    served, dataset = current_served(), _requested_dataset(DATASET)
    links = read_links(served.sorted_quads, dataset)
    body = write_sssom(
        links, read_uri_spaces(served.sorted_quads), served.snapshot.manifest, is_part=dataset is not None
    )
    return Response(body, content_type=f"{MEDIA_TYPE}; charset=utf-8")


@blueprint.get("/links.<ending>")
@Documentation(produces=rdf_types, parameters=[PREDICATE, DATASET], choices={"ending": lambda: BY_ENDING})
def triples(ending: str) -> Response:
    """Return the accepted links to other datasets as triples with the requested predicate, in the format of the ending."""
    _, fixed = split_ending(f"links.{ending}")
    dataset, predicate = _requested_dataset(PREDICATE, DATASET), request.args.get("predicate") or OWN_PREDICATES
    lines = match_quads(read_links(current_served().sorted_quads, dataset), predicate)
    body = "".join(f"{line}\n" for line in lines).encode()

    def write(target: GraphFormat) -> bytes:
        return convert_quads(body, target)

    return rdf_response(None, fixed, write)


def _requested_dataset(*known: Parameter) -> str | None:
    """Return the value of the parameter “dataset” of the current request; None for all datasets.

    Raises BadParameter for a parameter that is not one of `known`.
    """
    names = [parameter.name for parameter in known]
    for name in request.args:
        if name not in names:
            raise BadParameter(f"unknown parameter “{name}” of the links; known parameters: {', '.join(names)}")
    return request.args.get("dataset") or None
