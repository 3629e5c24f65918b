"""Hostile, slow, numerous and vanishing clients."""

import socket
import struct
from contextlib import ExitStack, suppress

from chaos.faults import attackers, connect, fault, get, post

ANYTHING = "(!<x:y>)*"
DOUBLING = " ".join(f"BIND(CONCAT(?s{number}, ?s{number}) AS ?s{number + 1})" for number in range(40))
HOSTILE_QUERIES = {
    "endless": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "memory-hungry": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "grouping": "SELECT ?a ?d (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } GROUP BY ?a ?d",
    "huge result": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "paths": f"SELECT (COUNT(*) AS ?n) {{ ?a {ANYTHING} ?b . ?c {ANYTHING} ?d . ?e {ANYTHING} ?f }}",
    "doubling text": f'SELECT (STRLEN(?s40) AS ?n) {{ BIND("0123456789" AS ?s0) {DOUBLING} }}',
    "nested": "ASK " + "{" * 20_000 + "}" * 20_000,
    "crash of the sort": "SELECT * { ?a ?b ?c } ORDER BY ?c ?a",
    "service": "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "not a query": "SELECT",
}
LARGE = "SELECT * { ?a ?b ?c } LIMIT 4000"
HOSTILE_TEXTS = {
    "many findings": "\n".join(
        f"<http://example.org/{'a' * 1000}> <http://example.org/p{n}> {n} ." for n in range(900)
    ),
    "nested": "<x:a> <x:b> " + "[ <x:c> " * 20_000 + "1" + " ]" * 20_000 + " .",
    "long list": "<x:a> <x:b> (" + " 1" * 100_000 + ") .",
    "one long name": f"<http://example.org/{'a' * 500_000}> <x:b> <x:c> .",
    "not Turtle": "\0\ufeff" * 1000,
}


@fault()
def hostile_queries(server, chance):
    chosen = chance.choices(sorted(HOSTILE_QUERIES), k=chance.randint(1, 12))
    with attackers(
        server, [post("/sparql", "application/sparql-query", HOSTILE_QUERIES[name].encode()) for name in chosen]
    ):
        yield


@fault()
def hostile_texts_to_validate(server, chance):
    chosen = chance.choices(sorted(HOSTILE_TEXTS), k=chance.randint(1, 4))
    with attackers(server, [post("/validate", "text/turtle", HOSTILE_TEXTS[name].encode()) for name in chosen]):
        yield


@fault()
def many_visitors_of_one_page(server, chance):
    request = get("/page/event/battle-4", number=str(chance.random()))
    with attackers(server, [request] * chance.randint(10, 40)):
        yield


@fault()
def slow_readers(server, chance):
    requests = [get("/sparql", query=f"{LARGE} # {chance.random()}") for _ in range(chance.randint(1, 40))]
    with ExitStack() as closing:
        for request in requests:
            with suppress(OSError):
                connection = closing.enter_context(connect(server, 1, receive_bytes=1024))
                connection.sendall(request)
        yield


@fault()
def slow_writers(server, chance):
    path = chance.choice(["/sparql", "/validate", "/reconcile"])
    request = post(path, "application/x-www-form-urlencoded", b"query=" + b"a" * 10_000)
    with ExitStack() as closing:
        for _ in range(chance.randint(1, 40)):
            with suppress(OSError):
                connection = closing.enter_context(connect(server, 1))
                connection.sendall(request[: chance.randint(1, len(request) - 1)])
        yield


@fault()
def clients_that_leave(server, chance):
    queries = [HOSTILE_QUERIES["endless"], LARGE, "ASK {}"]
    for _ in range(chance.randint(10, 100)):
        with suppress(OSError), connect(server, 1) as connection:
            connection.sendall(get("/sparql", query=f"{chance.choice(queries)} # {chance.random()}"))
            if chance.random() < 0.5:  # with a reset instead of an orderly end
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    yield


@fault()
def bytes_that_are_not_http(server, chance):
    with ExitStack() as closing:
        for _ in range(chance.randint(5, 50)):
            with suppress(OSError):
                connection = closing.enter_context(connect(server, 1))
                connection.sendall(
                    chance.choice(
                        [chance.randbytes(1000), b"\r\n" * 100, b"GET / HTTP/9\r\n", b"PRI * HTTP/2.0\r\n\r\n"]
                    )
                )
        yield
