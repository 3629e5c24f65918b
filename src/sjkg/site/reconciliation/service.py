"""The reconciliation service over one snapshot: entities, types and properties, read once, and the operations on them.

Source: Reconciliation Service API 0.2, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from collections.abc import Collection, Iterable
from functools import cached_property

from sjkg.core.errors import BadParameter, TooLarge
from sjkg.core.messages import count_noun
from sjkg.site.context import SnapshotLabels
from sjkg.site.reconciliation.candidates import ReconciliationResult, find_candidates
from sjkg.site.reconciliation.entities import Entities
from sjkg.site.reconciliation.entity_types import DescribedType
from sjkg.site.reconciliation.extension import Extension, PropertyProposal, ProposedProperty, extend, propose
from sjkg.site.reconciliation.manifest import MAX_QUERIES, build_manifest
from sjkg.site.reconciliation.preview import Preview, preview_entity, preview_property, preview_type
from sjkg.site.reconciliation.properties import EntityProperty, read_properties
from sjkg.site.reconciliation.queries import read_reconciliation_query
from sjkg.site.reconciliation.row_record import matching_properties
from sjkg.site.reconciliation.suggestions import EntitySuggestion, suggest_entities, suggest_properties, suggest_types
from sjkg.snapshot.manifest import Manifest


class ReconciliationService:
    """The reconciliation service of one snapshot. Thread-safe; classes, identifiers and properties are read at first use."""

    def __init__(self, labels: SnapshotLabels, snapshot_manifest: Manifest) -> None:
        """Take the labels and the manifest of the same snapshot."""
        self._labels, self._snapshot_manifest = labels, snapshot_manifest
        self._entities = Entities(labels)

    @cached_property
    def _properties(self) -> dict[str, EntityProperty]:
        """The properties of entities by id."""
        return read_properties(self._labels, self._entities, self._snapshot_manifest)

    @cached_property
    def _matching_properties(self) -> tuple[str, ...]:
        """The ids of the properties by which rows can be matched."""
        return matching_properties(self._entities.datasets)

    def manifest(self, title: str, address: str, logo: str) -> dict[str, object]:
        """Return the service manifest; parameters as of `build_manifest`."""
        return build_manifest(self._entities.types, title, address, logo)

    def reconcile(self, batch: object, addresses: Iterable[str]) -> dict[str, ReconciliationResult]:
        """Return a dict from the key of each query of a batch to its result.

        batch: parsed JSON of the parameter “queries”, an object of queries by key. addresses: URLs of the site without
        final slash; the URL of a page below one of them can be given instead of a name. The result of a malformed query has
        no candidates and an error that names the fault; it does not affect the other queries.
        Raises BadParameter when the batch is not a JSON object, and TooLarge for more than MAX_QUERIES queries.
        """
        if not isinstance(batch, dict):
            raise BadParameter(
                'the parameter “queries” must be a JSON object with an object for each query, such as {"q0": {"query": "Nelson"}}'
            )
        if len(batch) > MAX_QUERIES:
            raise TooLarge(
                f"the parameter “queries” has {count_noun(len(batch), 'query')}; send at most {MAX_QUERIES} in one request"
            )
        return {key: self._answer(query, tuple(addresses)) for key, query in batch.items()}

    def _answer(self, query: object, addresses: tuple[str, ...]) -> ReconciliationResult:
        """Return the result of one query of a batch; of a malformed one without candidates and with an error."""
        try:
            checked = read_reconciliation_query(query, self._entities.types, self._matching_properties)
            return find_candidates(self._entities, checked, addresses)
        except BadParameter as error:
            return {"result": [], "error": str(error)}

    def extend(self, query: object) -> Extension:
        """Return the values of properties of entities; parameter and errors as of `extension.extend`."""
        return extend(self._labels, self._entities, self._properties, query)

    def propose(self, type_name: str, limit: int | None) -> PropertyProposal:
        """Return the properties that entities of a class can have; parameters and errors as of `extension.propose`."""
        return propose(self._entities, self._properties, type_name, limit)

    def suggest_entities(self, prefix: str, type_name: str, addresses: Collection[str]) -> list[EntitySuggestion]:
        """Return entities for a text that is being typed; parameters as of `suggestions.suggest_entities`."""
        return suggest_entities(self._labels, self._entities, prefix, type_name, addresses)

    def suggest_types(self, text: str) -> list[DescribedType]:
        """Return the classes that have a text anywhere in id, name or description, or that it identifies, the best match first.

        text: what is being typed; all classes have "".
        """
        return suggest_types(self._entities, text)

    def suggest_properties(self, text: str) -> list[ProposedProperty]:
        """Return the properties that have a text anywhere in id, name or description, the best match first.

        text: what is being typed; all properties have "".
        """
        return suggest_properties(self._properties.values(), text)

    def preview(self, subject: str, text: str) -> Preview:
        """Return the preview of an entity, a type or a property. subject: “entity”, “type” or “property”. text: its id.

        Raises UnknownName if there is none with this id.
        """
        if subject == "type":
            return preview_type(self._entities, text)
        if subject == "property":
            return preview_property(self._properties, text)
        return preview_entity(self._labels, self._entities, self._properties, text)
