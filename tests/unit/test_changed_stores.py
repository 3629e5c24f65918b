"""Stores that are copied and changed hold the same quads as stores that are written from scratch."""

import random

import pyoxigraph as ox

from sjkg.store.store_writer import WrittenStores, write_stores

GROUPS = {"http://g/asserted": [f"http://g/{number}" for number in range(4)], "http://g/inferred": ["http://g/5"]}


def random_quad(chance: random.Random, blank: str = '"b"') -> str:
    integers = [f'"{digits}"^^<http://www.w3.org/2001/XMLSchema#integer>' for digits in ("1", "01")]
    value = chance.choice([blank, *integers, '"a"@EN', '"a"@en', "<http://o/1>", '"x y"'])
    return f"<http://s/{chance.randrange(5)}> <http://p/{chance.randrange(3)}> {value} <http://g/{chance.randrange(6)}> .\n"


def contents(folder) -> dict[str, set[str]]:
    return {
        store.name: {str(quad) for quad in ox.Store.read_only(str(store))}
        for store in folder.iterdir()
        if (store / "CURRENT").exists()
    }


def test_a_changed_copy_has_the_quads_of_a_new_store(tmp_path):
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    lines = sorted({random_quad(chance, "_:b1") for _ in range(150)})
    earlier = None
    for step in range(6):
        folder = tmp_path / str(step)
        folder.mkdir()
        (folder / "graph.nq").write_text("".join(sorted(lines)), encoding="utf-8")
        write_stores(folder / "graph.nq", folder / "changed", GROUPS, earlier)
        write_stores(folder / "graph.nq", folder / "new", GROUPS)
        assert contents(folder / "changed") == contents(folder / "new"), f"seed {seed}, step {step}"
        earlier = WrittenStores(folder / "graph.nq", folder / "changed", GROUPS)
        blank = "_:b1" if step == 3 else '"b"'
        kept = set(lines) - set(chance.sample([line for line in lines if "_:" not in line], 3))
        lines = sorted({*kept, *(random_quad(chance, blank) for _ in range(3))})


def test_the_earlier_stores_stay_as_they_are(tmp_path):
    line = "<http://s/1> <http://p/1> <http://o/1> <http://g/1> .\n"
    more = "".join(line.replace("/1>", f"/{number}>", 1) for number in range(2, 20))
    for name, text in (("one", line + more), ("two", more)):
        (tmp_path / f"{name}.nq").write_text(text, encoding="utf-8")
    write_stores(tmp_path / "one.nq", tmp_path / "one", GROUPS)
    before = contents(tmp_path / "one")
    files = {path: path.read_bytes() for path in (tmp_path / "one").rglob("*") if path.is_file()}
    write_stores(
        tmp_path / "two.nq", tmp_path / "two", GROUPS, WrittenStores(tmp_path / "one.nq", tmp_path / "one", GROUPS)
    )
    assert files == {path: path.read_bytes() for path in files}
    assert contents(tmp_path / "one") == before != contents(tmp_path / "two")
