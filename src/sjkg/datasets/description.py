"""The file dataset.ttl of an external dataset."""

from typing import TYPE_CHECKING

from sjkg.core.ntriples import literal_text
from sjkg.core.vocabulary import PREFIXES, own
from sjkg.datasets.read import DROPPED

if TYPE_CHECKING:
    from sjkg.datasets.add import NewDataset

NON_PUBLIC = "<http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC>"


def write_description(new: "NewDataset", licence: str, profile: str, dropped: int) -> str:
    """Return the description of a dataset as Turtle.

    licence: its IRI. profile: the IRI of the profile in whose terms it is, or "". dropped: the number of statements and values that were
    left out; it is written for lenient datasets, of which they are left out in later builds, too.
    """
    node = own().datasets + new.name
    title = new.title or new.name.replace("-", " ").capitalize()
    lines = [
        ("a", ["dcat:Dataset"]),
        ("dcterms:title", [f"{literal_text(title)}@en"]),
        ("dcterms:license", [f"<{licence}>"]),
        ("dcterms:publisher", [literal_text(new.publisher)] if new.publisher else []),
        ("dcterms:source", [f"<{new.source}>"] if new.source else []),
        ("dcat:version", [literal_text(new.version)] if new.version else []),
        ("prov:wasDerivedFrom", [f"<{iri}>" for iri in new.derived_from]),
        ("dcterms:conformsTo", [f"<{profile}>"] if profile else []),
        ("dcterms:accessRights", [NON_PUBLIC] if new.is_private else []),
        ("schema:additionalProperty", [f"<{node}#{DROPPED}>"] if new.is_lenient else []),
    ]
    stated = [f"    {name} {' , '.join(values)} ;" for name, values in lines if values]
    used = [name for name in ("dcat", "dcterms", "prov", "schema") if any(f" {name}:" in line for line in stated)]
    head = [f"@prefix {name}: <{PREFIXES[name]}> ." for name in used]
    value = [
        f"<{node}#{DROPPED}>",
        "    a schema:PropertyValue ;",
        f'    schema:name "{DROPPED}" ;',
        f"    schema:value {dropped} ;",
    ]
    more = ["", *value, "."] if new.is_lenient else []
    return "\n".join((*head, "", f"<{node}>", *stated, ".", *more, ""))
