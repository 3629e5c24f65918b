"""The Flask application."""

from flask import Flask

from sjkg.index.read import Index
from sjkg.lookup import Lookup
from sjkg.pages.frame import Frame
from sjkg.queries import read_queries
from sjkg.settings import Settings
from sjkg.snapshot import Snapshot
from sjkg.store.pool import Pool
from sjkg.web import dataset, errors, explain, graph_store, health, linked_data, machines, schema, site, sparql
from sjkg.web.manners import Manners


def create_app(settings: Settings, snapshot: Snapshot) -> Flask:
    """Return the application that serves one snapshot."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_body_bytes
    app.extensions["sjkg"] = {
        "snapshot": snapshot,
        "store": (store := Pool(snapshot.store, snapshot.manifest.groups, settings)),
        "frame": Frame(store, Index(snapshot.index)),
        "queries": read_queries(settings.kb),
        "lookup": Lookup(snapshot.folder),
        "settings": settings,
    }
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for module in (sparql, graph_store, linked_data, schema, dataset, machines, explain, site, health):
        app.register_blueprint(module.blueprint)
    errors.register(app)
    app.wsgi_app = Manners(app.wsgi_app, lambda: snapshot.manifest.inputs_sha256, settings.cache_mib * 1024 * 1024)
    return app
