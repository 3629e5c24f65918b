"""The service manifest: what the reconciliation service offers, and at which addresses.

Source: Reconciliation Service API 0.2, “Service Manifest”
"""

from sjkg import __version__
from sjkg.core.vocabulary import ONTOLOGY, own
from sjkg.site.reconciliation.entity_types import MAIN_CLASSES, EntityTypes
from sjkg.site.reconciliation.extension import SETTINGS
from sjkg.site.reconciliation.preview import HEIGHT, WIDTH

MAX_QUERIES = 50  # in one batch
SUGGESTED = ("entity", "type", "property")


def build_manifest(types: EntityTypes, title: str, address: str, logo: str) -> dict[str, object]:
    """Return the service manifest as a JSON-serializable dict.

    title: name of the service. address: URL of the site, without final slash. logo: URL of a square picture.
    """
    service = f"{address}/reconcile"
    return {
        "versions": ["0.2"],
        "name": title,
        "identifierSpace": own().ids,
        "schemaSpace": ONTOLOGY,
        "documentation": f"{address}/about#reconciliation",
        "logo": logo,
        "serviceVersion": __version__,
        "defaultTypes": [types.entity_type(iri) for iri in MAIN_CLASSES.values() if iri in types.names],
        "view": {"url": f"{address}/id/{{{{id}}}}"},
        "feature_view": {"url": f"{address}/about#feature-{{{{id}}}}"},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            name: {
                "service_url": address,
                "service_path": f"/reconcile/suggest/{name}",
                "flyout_service_url": address,
                "flyout_service_path": f"/reconcile/flyout/{name}?id=${{id}}",
            }
            for name in SUGGESTED
        },
        "extend": {
            "propose_properties": {"service_url": address, "service_path": "/reconcile/extend/propose"},
            "property_settings": SETTINGS,
        },
        "batchSize": MAX_QUERIES,
    }
