"""Helpers of the browser tests: opening pages, and waiting until their scripts have drawn."""

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

WAIT_MS = 120_000  # for any condition: a machine with a load of 15 on two processors needs far more than an idle one
DRAWINGS = ("timeline", "map", "figures", "network", "sparql-editor")


class Visitor:
    """An opener of pages of one server, each in its own browser context. server: its address without final slash."""

    def __init__(self, browser: Browser, server: str):
        self._browser, self.server = browser, server
        self._contexts: list[BrowserContext] = []

    def open(self, path: str, **options) -> Page:
        """Return the loaded page at a path; `errors` lists console errors, exceptions and cross-origin requests.

        options: those of a browser context, such as the size of the viewport.
        """
        context = self._browser.new_context(**options)
        context.set_default_timeout(WAIT_MS)
        self._contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("console", lambda message: message.type == "error" and page.errors.append(message.text))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on(
            "request",
            lambda request: self._is_same_origin(request.url) or page.errors.append(f"requests {request.url}"),
        )
        page.goto(self.server + path)
        return page

    def close(self) -> None:
        """Close all pages that were opened."""
        for context in self._contexts:
            context.close()
        self._contexts = []

    def _is_same_origin(self, url: str) -> bool:
        """Return whether a URL is one of the server, a blob of its pages, or a data URL."""
        return url.startswith((self.server, "blob:" + self.server, "data:"))


def is_of_page(message: ConsoleMessage) -> bool:
    """Return whether a console message is of the page, and not a remark of the graphics driver on its speed."""
    return "GL Driver Message" not in message.text


def wait_for_drawings(page: Page) -> None:
    """Scroll to each drawing of a page and wait until it is complete. Raises AssertionError if it reports an error."""
    for attribute in DRAWINGS:
        for host in page.locator(f"[data-{attribute}]").all():
            if host.is_visible():
                host.scroll_into_view_if_needed()
                handle = host.element_handle()
                page.wait_for_function("host => host.dataset.drawn", arg=handle)
                assert handle.get_attribute("data-drawn") == "yes", host.inner_text()
