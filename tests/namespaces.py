"""Namespaces and description of the packaged knowledge base, which most tests are about."""

from sjkg.core.settings import packaged_kb
from sjkg.kb.description import read_description

ABOUT = read_description(packaged_kb())
NAMESPACES = ABOUT.namespaces
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
