"""Searches with the thing that is wanted first: words in any order, kinds, years, roles, scripts, typing errors, numerals."""

import pytest
from namespaces import IDS

from sjkg.core.folding import fold, romanize
from sjkg.site.context import SnapshotLabels
from sjkg.site.search_page import MAX_PER_KIND, search_page
from sjkg.snapshot.index.read import Index
from sjkg.snapshot.index.search import Search, search_tokens

KHALKHIN_GOL, KHASAN = "event/battles-of-khalkhin-gol", "event/battle-of-lake-khasan"
ZHUKOV, PACT = "actor/georgy-zhukov", "treaty/soviet-japanese-neutrality-pact"
FIRST = {
    # words in any order, with kinds, years and roles
    "khasan battle": KHASAN,
    "battle of khasan": KHASAN,
    "khasan 1938": KHASAN,
    "1938 lake khasan": KHASAN,
    "battle 1939": KHALKHIN_GOL,
    "1939": KHALKHIN_GOL,
    "pact 1941": PACT,
    "neutrality pact": PACT,
    "neutrality pact 1945": PACT,
    "treaty": PACT,
    "treaties": PACT,
    "Treaty of Peking": "treaty/convention-of-peking",
    "Ribbentrop-Molotov pact": "treaty/molotov-ribbentrop-pact",
    "casualties khasan": "claim/khasan-casualty-ratio",
    "Soviet tanks lost": "claim/khasan-soviet-tanks",
    "Russo Japanese War 1905": "event/russo-japanese-war",
    "place khasan": "place/lake-khasan",
    "passage tauran": "passage/tauran-incident",
    "contradiction probing": "remark/probing-20-august",
    "recognition of Manchukuo": "event/soviet-pledge-to-respect-manchukuo",
    # persons: titles, initials, order of names
    "zhukov georgy": ZHUKOV,
    "Zhukov, Georgy": ZHUKOV,
    "Marshal Zhukov": ZHUKOV,
    "G. K. Zhukov": ZHUKOV,
    "Zhukov, G. K.": ZHUKOV,
    "zhukov 1939": ZHUKOV,
    "Zhuk": ZHUKOV,
    "Komatsubara, Michitarō": "actor/michitaro-komatsubara",
    "General Komatsubara": "actor/michitaro-komatsubara",
    "Emperor Hirohito": "actor/hirohito",
    "Yoshijiro": "actor/yoshijiro-umezu",
    "Coox": "work/coox",
    # the thing itself before its parts and things named after it
    "Amur": "place/amur-river",
    "khalkhin gol": KHALKHIN_GOL,
    "lake khasan": "place/lake-khasan",
    "halhamiao": "place/halhamiao",
    "HALHAMIAO incident": "event/halhamiao-incident",
    "Tripartite": "treaty/tripartite-pact",
    "Manchukuo": "actor/manchukuo",
    "infobox": "section/infobox",
    "footnote 2": "footnote/2",
    # numerals
    "World War I": "event/world-war-1",
    "First World War": "event/world-war-1",
    "World War II": "event/world-war-2",
    "second world war": "event/world-war-2",
    "19th Division": "actor/japanese-19th-division",
    "1st division": "actor/ija-1st-division",
    "cavalry regiment 14": "actor/14th-cavalry-regiment",
    # scripts and names of other datasets
    "ノモンハン": KHALKHIN_GOL,
    "Халхин-Гол": KHALKHIN_GOL,
    "할힌골": KHALKHIN_GOL,
    "Жуков": ZHUKOV,
    "Чойбалсан": "actor/khorloogiin-choibalsan",
    "日ソ国境戦争": "event/soviet-japanese-border-conflicts",
    "国境": "event/soviet-japanese-border-conflicts",
    "張鼓峰事件": KHASAN,
    "哈爾哈廟": "event/halhamiao-incident",
    # typing errors and other spellings
    "Kalkin Gol": KHALKHIN_GOL,
    "khalkhingol": KHALKHIN_GOL,
    "Zhukow": ZHUKOV,
    "zukov": ZHUKOV,
    "Blucher": "actor/vasili-blyukher",
    "Suifenhe": "place/suifenho",
    "battel of lake kasan": KHASAN,
    "Kwantung Amry": "actor/kwantung-army",
    "khasan 193": "place/lake-khasan",
}


@pytest.fixture(scope="module")
def index(snapshot):
    return Index(snapshot.index)


@pytest.fixture(scope="module")
def search(index):
    return Search(index)


@pytest.mark.parametrize("text, thing", FIRST.items(), ids=FIRST)
def test_the_wanted_thing_is_found_first(search, text, thing):
    assert search.find(text)[0].thing == IDS + thing


@pytest.mark.parametrize(
    "text, kinds",
    [("casualties 1939", ["claim"]), ("contradiction", ["remark"]), ("losses 1938", ["claim"])],
)
def test_a_kind_of_figure_or_remark_finds_those_of_this_kind_first(search, text, kinds):
    hits = search.find(text)
    assert len(hits) > 5 and [hit.kind for hit in hits[:5]] == kinds * 5


def test_a_thing_with_the_word_in_its_name_comes_before_figures_of_this_kind(search):
    kinds = [hit.kind for hit in search.find("tanks")]
    assert kinds[:6] == ["work", *["claim"] * 5]


def test_things_come_before_claims_passages_and_remarks(search):
    order = ["claim", "passage", "remark"]
    kinds = [hit.kind for hit in search.find("khasan")]
    places = [order.index(kind) + 1 if kind in order else 0 for kind in kinds]
    assert set(places) == {0, 1, 2, 3} and places == sorted(places)


def test_a_name_in_another_script_finds_what_is_named_after_the_thing(search):
    for text in ("Халхин-Гол", "Khalkhin Gol"):
        assert "place/khalkhin-gol-battlefield" in [hit.thing.removeprefix(IDS) for hit in search.find(text)], text


def test_a_longer_name_is_less_similar_for_a_rare_word_than_for_a_word_of_its_kind(search):
    """As in links: “Halhamiao incident” is more like “Halhamiao” than “spot near the temple at Halhamiao” is."""
    scores = {hit.thing.removeprefix(IDS): hit.score for hit in search.find("halhamiao")}
    assert scores["event/halhamiao-incident"] > scores["place/site-near-halhamiao-temple"] + 2


def test_similar_words_are_sought_only_for_a_text_that_is_not_found_as_it_is(search):
    assert all("amur" in fold(hit.name) for hit in search.find("Amur") if not hit.is_by_context)
    assert not {"actor/manchukuo"} & {hit.thing.removeprefix(IDS) for hit in search.find("Zhuk")}


@pytest.mark.parametrize(
    "text, other", [("18th Division", "division"), ("World War 3", "world-war"), ("1st Division", "19th")]
)
def test_another_numeral_is_another_thing(search, text, other):
    assert not [hit for hit in search.find(text) if other in hit.thing and hit.score > 60]


def test_every_name_finds_its_thing_with_the_score_100_and_first_unless_another_has_the_same_name(index, search):
    kinds = tuple(f"{IDS}{kind}/" for kind in ("event", "actor", "place", "treaty", "work"))
    names = [each for each in index.all_names() if each.thing.startswith(kinds)]
    assert len(names) > 500
    for each in names:
        first, *others = search.find(each.name)
        same = [hit.thing for hit in (first, *others) if hit.score == 100]
        assert first.score == 100 and each.thing in same and len(same) < 3, each


def test_only_exactly_the_words_of_a_name_score_100(search):
    for text in ("Marshal Zhukov", "neutrality pact 1945", "Lake Kasan", "Khasan", "Soviet–Japanese War"):
        assert all(hit.score < 100 for hit in search.find(text)), text
    assert {hit.thing.removeprefix(IDS) for hit in search.find("Khasan, Lake") if hit.score == 100} == {
        "place/lake-khasan"
    }


def test_the_page_tells_which_words_nothing_has_and_which_similar_words_were_searched(store, index):
    labels = SnapshotLabels(store, index)
    page = search_page(labels, "khasan zzzzzz")
    assert (
        page.dropped == ("zzzzzz",) and page.groups and {each.missing for _, all in page.groups for each in all} == {()}
    )
    page = search_page(labels, "recognition of Manchukuo")
    assert page.dropped == () and page.replaced == (("recognition", "respect"),)
    assert search_page(labels, "khasan 1938").replaced == ()


@pytest.mark.parametrize("text", ["qqqqqqqqqq", "w3id.org", "https", "", "  ", "—", '"', "*", "\ud800", "\x00", "𝔛𝔶"])
def test_noise_finds_nothing(search, text):
    assert search.find(text) == []


def test_operators_of_the_database_are_only_words(search):
    for text in ('NEAR("khasan" 1938)', 'words:khasan OR "', "^khasan*", "NOT khasan", "{words}: khasan"):
        assert any("khasan" in hit.thing for hit in search.find(text)), text


def test_a_group_of_the_page_is_cut_and_shows_the_summary_of_a_passage(store, index):
    page = search_page(SnapshotLabels(store, index), "soviet")
    groups = dict(page.groups)
    assert max(map(len, groups.values())) == MAX_PER_KIND and page.total > sum(map(len, groups.values()))
    assert all(each.name.startswith("passage ") and each.found_as for each in groups["Passages"])


def test_folding_removes_accents_case_and_punctuation():
    assert fold("Zhānggǔfēng Shìjiàn") == "zhanggufeng shijian" and fold("Нойон") == fold("нойон")
    assert fold("Zhukov, G. K.") == "zhukov g k"
    assert fold("ガ") != fold("カ") and fold("ｶﾞ") == fold("ガ") and romanize(fold("Жуков")) == fold("ZHUKOV")


def test_words_are_without_plurals_and_numerals_are_digits():
    def words(text):
        return tuple(token.text for token in search_tokens(text))

    assert words("The 19th Wars of i, II") == ("19", "war", "i", "2")
    assert words("The Battles of the 1st World War I") == ("battle", "1", "world", "war", "1")
    assert words("losses, casualties, skirmishes, series") == ("loss", "casualty", "skirmish", "sery")
    assert words("of the") == ("of", "the")
    assert words("Tauran incident, July 1939") == ("tauran", "incident", "july", "1939")
