"""What the application was made with, for the request at hand."""

from flask import current_app

from sjkg.explain.ask import Explainer
from sjkg.explain.recorded import read_explainer
from sjkg.lookup import Lookup
from sjkg.pages.frame import Frame
from sjkg.queries import StoredQuery
from sjkg.settings import Settings
from sjkg.snapshot import Snapshot
from sjkg.store.pool import Pool


def current_store() -> Pool:
    return current_app.extensions["sjkg"]["store"]


def current_frame() -> Frame:
    return current_app.extensions["sjkg"]["frame"]


def current_snapshot() -> Snapshot:
    return current_app.extensions["sjkg"]["snapshot"]


def current_queries() -> dict[str, StoredQuery]:
    return current_app.extensions["sjkg"]["queries"]


def current_lookup() -> Lookup:
    return current_app.extensions["sjkg"]["lookup"]


def current_settings() -> Settings:
    return current_app.extensions["sjkg"]["settings"]


def current_explainer() -> Explainer:
    """Return what explains triples; its facts are read when it is first asked for."""
    made_with = current_app.extensions["sjkg"]
    if "explainer" not in made_with:
        made_with["explainer"] = read_explainer(current_snapshot().proofs)
    return made_with["explainer"]
