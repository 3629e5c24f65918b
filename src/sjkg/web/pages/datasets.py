"""Pages of external datasets: the list, each dataset, its things, and its files for download."""

from flask import Response, request, send_file

from sjkg.core.errors import BadParameter, UnknownName
from sjkg.datasets.read import DESCRIPTION, LINKS
from sjkg.site.context import PageContext
from sjkg.site.external_datasets import (
    DatasetsPage,
    ExternalDatasetPage,
    RecordPage,
    dataset_page,
    dataset_path,
    datasets_page,
    file_hashes,
    find_source,
    record_page,
)
from sjkg.web.context import current_served
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import blueprint, new_context, page

PARAMETERS = (
    Parameter("kind", "Only things of this class, as prefixed name or IRI.", example="sjkg:Event"),
    Parameter("page", "The number of the page of the list of things, from 1.", {"type": "integer", "minimum": 1}),
)
BINARY = "application/octet-stream"


@page("/datasets", "datasets.html")
def show_datasets(context: PageContext) -> DatasetsPage:
    """Show the datasets of other people that can be queried and compared beside this graph, without being a part of it."""
    return datasets_page(context, current_served().external.graphs)


@page("/datasets/<name>", "external-dataset.html", Documentation(parameters=PARAMETERS))
def show_dataset(context: PageContext, name: str) -> ExternalDatasetPage:
    """Show a dataset of other people: its description, graphs, links with this graph, files, and things by name."""
    served, number = current_served(), request.args.get("page", "1")
    if not (number.isascii() and number.isdigit() and 0 < int(number) < 10**6):
        raise BadParameter(f"the parameter “page” must be a number from 1, not “{number}”")
    folder = served.datasets.get(name)
    return dataset_page(context, name, served.external.graphs, folder, request.args.get("kind", ""), int(number))


@page(
    "/datasets/<name>/record",
    "record.html",
    Documentation(
        parameters=[
            Parameter("iri", "The IRI of a thing of the dataset.", example="https://thewaratlas.co/battles/pearl_b")
        ]
    ),
)
def show_record(context: PageContext, name: str) -> RecordPage:
    """Show what a dataset of other people states about one of its things, with file and lines, and the related things of this graph."""
    return record_page(context, name, request.args.get("iri", ""))


@blueprint.get("/datasets/<name>/<file>")
@Documentation(produces={BINARY: None})
def dataset_file(name: str, file: str) -> Response:
    """Return a file of a dataset of other people, as it was published, the description of the dataset, or the table of links with it.

    Its licence is that of the dataset. A file that has changed since the data of this site were built is not sent.
    """
    dataset = current_served().datasets.get(find_source(current_served().labels, name).name)
    listed = {path.name: path for path in dataset.files} if dataset else {}
    if dataset and file in (DESCRIPTION, LINKS) and (dataset.folder / file).is_file():
        listed[file] = dataset.folder / file
    hashes = file_hashes(new_context(), name)
    if not dataset or file not in listed or dataset.sha256.get(file) != hashes.get(file):
        raise UnknownName(f"the dataset “{name}” has no file “{file}”; {dataset_path(name)} lists its files")
    response = send_file(listed[file], mimetype=BINARY, as_attachment=True, download_name=file, conditional=False)
    response.cache_control.no_transform = True
    return response
