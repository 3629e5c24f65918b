"""View models of the site's pages: from store and index to frozen dataclasses, without HTTP."""
