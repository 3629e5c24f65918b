"""Content negotiation: the choice of a format by the parameter “format”, or else by the Accept header.

Source: RFC 9110 §12.5.1, https://www.rfc-editor.org/rfc/rfc9110#name-accept
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from sjkg.core.errors import BadParameter, NotAcceptable
from sjkg.store.formats import Format, by_any_name, by_media_type

FORMAT = "format"  # the parameter, of the URL or of a form
HTML, JSON = "text/html", "application/json"
PAGE, JSON_DOCUMENT = Format("html", HTML), Format("json", JSON)

F = TypeVar("F", bound=Format)


def negotiate_format(formats: Mapping[str, F]) -> F:
    """Return the format that the current request asks for by the parameter “format”, or else by the Accept header.

    formats: the offered formats by short name, such as “turtle”, in order of the server's preference. Raises
    NotAcceptable, naming the offered formats, when the request accepts none of them or the parameter names none of them,
    and BadParameter when the parameter names several of them.
    """
    names = requested_formats()
    chosen = choose_format(formats, request.headers.get("Accept"), names)
    if chosen is None:
        asked = f"the format “{' or '.join(names)}”" if names else "a format that the Accept header allows"
        raise NotAcceptable(
            f"{request.path} is not offered in {asked}; request one of these with the header Accept or the parameter “{FORMAT}”: "
            f"{', '.join(each.description for each in formats.values())}"
        )
    return chosen


def requested_formats() -> tuple[str, ...]:
    """Return the distinct values of the parameter “format” of the current request in lower case, without empty ones.

    A value is a short name or a media type. A space in it stands for “+”, as “format=application/rdf+xml” in a URL
    decodes to a space. Parameters of a media type are left out.
    """
    values = (value.partition(";")[0].strip().replace(" ", "+").lower() for value in request.values.getlist(FORMAT))
    return tuple(dict.fromkeys(filter(None, values)))


def choose_format(formats: Mapping[str, F], accept: str | None, names: tuple[str, ...]) -> F | None:
    """Return the format that a request prefers, or None when it accepts none of them.

    formats: the offered ones by short name, in order of the server's preference. accept: the Accept header. names: the
    values of the parameter “format”, in lower case, which take precedence over `accept`; empty when it is absent.
    Some clients send several names of one format at once, as SPARQLWrapper does with “tsv” and
    “text/tab-separated-values”, so names of no offered format are left out if there is another. Raises BadParameter when
    `names` has the names of several offered formats.
    """
    if names:
        by_name = by_any_name(formats)
        chosen = [each for each in formats.values() if any(by_name.get(name) == each for name in names)]
        if len(chosen) > 1:
            raise BadParameter(
                f"the parameter “{FORMAT}” was sent with different values: {', '.join(names)}; send one of them"
            )
        return chosen[0] if chosen else None
    by_type = by_media_type(formats)
    media_type = choose_by(accept, tuple(by_type))
    return by_type[media_type] if media_type else None


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
