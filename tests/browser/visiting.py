"""Opening pages in a browser, and waiting for what their scripts draw."""

from playwright.sync_api import Page


class Visitor:
    """Opens pages of one server in windows of their own, and keeps what went wrong in them."""

    def __init__(self, browser, server: str):
        self._browser, self.server = browser, server
        self._contexts = []

    def open(self, path: str, **options) -> Page:
        """Return the page at a path once its scripts have drawn what is in sight; `page.wrong` lists what went wrong."""
        context = self._browser.new_context(**options)
        self._contexts.append(context)
        page = context.new_page()
        page.wrong = []
        page.on("console", lambda message: message.type == "error" and page.wrong.append(message.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("request", lambda request: self._is_ours(request.url) or page.wrong.append(f"asks {request.url}"))
        page.goto(self.server + path)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        self._contexts = []

    def _is_ours(self, address: str) -> bool:
        return address.startswith((self.server, "blob:" + self.server, "data:"))


def draw_everything(page: Page) -> None:
    """Bring each place for a drawing into sight, and wait until it is drawn."""
    for attribute in ("timeline", "map", "figures", "network", "sparql-editor"):
        for place in page.locator(f"[data-{attribute}]").all():
            if place.is_visible():
                place.scroll_into_view_if_needed()
                handle = place.element_handle()
                page.wait_for_function("place => place.dataset.drawn", arg=handle, timeout=20_000)
                assert handle.get_attribute("data-drawn") == "yes", place.inner_text()
