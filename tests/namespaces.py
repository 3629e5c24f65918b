"""The namespaces of the packaged knowledge base, which most tests are about."""

from sjkg.core.vocabulary import Namespaces

NAMESPACES = Namespaces()
ARTICLE = NAMESPACES.article
ASSERTED = NAMESPACES.asserted
BASE = NAMESPACES.base
DATASET = NAMESPACES.dataset
EDITORIAL = NAMESPACES.editorial
EVERYONE = NAMESPACES.everyone
GRAPHS = NAMESPACES.graphs
GROUPS = NAMESPACES.groups
IDS = NAMESPACES.ids
INFERRED = NAMESPACES.inferred
LINKED = NAMESPACES.linked
LINKS = NAMESPACES.links
PUBLISHED = NAMESPACES.published
TRANSLATED = NAMESPACES.translated
UNION = NAMESPACES.union
