"""Content negotiation: the choice of a media type by the Accept header.

Source: RFC 9110 §12.5.1, https://www.rfc-editor.org/rfc/rfc9110#name-accept
"""

from collections.abc import Iterable
from functools import lru_cache

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

HTML = "text/html"


def choose(offered: Iterable[str]) -> str | None:
    """Return the media type among `offered` that the Accept header of Flask's current request prefers, or None.

    offered: in order of the server's preference. None: the request accepts none of them.
    """
    return choose_by(request.headers.get("Accept"), tuple(offered))


@lru_cache(maxsize=512)
def choose_by(accept: str | None, offered: tuple[str, ...]) -> str | None:
    """Return the media type among `offered` that an Accept header prefers, or None when it accepts none of them.

    accept: the header; when it is None or empty, the first type offered is returned. Among types of equal weight the one
    that the header names more precisely wins (text/html before text/* before */*), then the one offered first. Parameters
    of a media type, such as a charset or a JSON-LD profile, are ignored.
    """
    given = parse_accept_header(accept, MIMEAccept)
    if not given:
        return offered[0]
    accepted = MIMEAccept([(value.partition(";")[0].strip(), weight) for value, weight in given])
    best = max(offered, key=lambda media_type: (accepted.quality(media_type), _precision(accepted, media_type)))
    return best if accepted.quality(best) > 0 else None


def _precision(accepted: MIMEAccept, media_type: str) -> int:
    """Return 2 when an Accept header names the media type, 1 when it has a range such as text/* for it, otherwise 0."""
    main = media_type.partition("/")[0]
    names = {value.lower() for value in accepted.values()}
    return 2 if media_type in names else 1 if f"{main}/*" in names else 0
