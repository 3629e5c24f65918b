"""The fields of a record that the columns of a table and the properties of a vocabulary mean, by their names.

CSV on the Web names the property of a column by `propertyUrl`; of a table without metadata the names of the columns are
all there is. Both are compared as folded local names: “start_date”, “startDate” and schema:startDate are the same.
"""

import re
from collections.abc import Mapping

from sjkg.core.folding import fold

KEY, SUBJECT = "key", "subject"  # roles of columns besides the fields of a record: the key of a row, and its IRI
NAMES: Mapping[str, str] = {
    "name": "name title label preflabel altlabel alternatename altname aliases alias fullname originalname localname "
    "placename toponym itemlabel battle event hiddenlabel",
    "kind": "type kind class category eventtype rdftype",
    "date": "date year dateiso datedisplay eventdate hastimestamp time when pointintime p585 datetext day",
    "begin": "begin start from startdate begindate dateofbegin startyear beginyear yearstart datestart hasbegintimestamp "
    "hasearliestbegintimestamp p580 beginofthebegin p82abeginofthebegin firstday datefrom fromdate earliestbegin start1 "
    "startedatdate startdateiso datestartiso",
    "end": "end to until stop enddate endyear yearend dateend hasendtimestamp haslatestendtimestamp p582 endoftheend "
    "p82bendoftheend lastday dateto todate latestend endedatdate enddateiso dateendiso",
    "latitude": "lat latitude y ylat latitudedecimal",
    "longitude": "lon lng long longitude x xlong longitudedecimal",
    "point": "point wkt aswkt coordinates coordinate coord coords geo geometry p625 coordinatelocation latlon",
    "place": "place location where site placename city settlement occurredat hasplace contentlocation tookplaceat p276 "
    "p7tookplaceat nearestplace battlefield",
    "whole": "partof war conflict warslug warname wholeevent whole parent parentevent superevent subeventof campaign campaignslug conflictname "
    "p9iformspartof p361 inside ispartof broader campaignname forms partofwar",
    "direct whole": "directsubeventof",
    "participant": "participant participants actor actors belligerent belligerents combatant combatants side sidea sideb side1 side2 "
    "attacker defender party parties attackers defenders hasactor hasparticipant involvespower organizer p710 "
    "winner loser victor p11hadparticipant p14carriedoutby country countries state1 state2 belligerent1 belligerent2 combatant1 combatant2 faction",
    "identifier": "wikidata wikidataid wikidataqid wikidataitem qid dbpedia geonames geonamesid viaf gnd wikipedia wikipediaurl sameas "
    "exactmatch sameidentifier identifieriri p1566 dbpediauri sameasiri wikidatauri samething",
    "close identifier": "closematch near",
    KEY: "id identifier key slug code number no isqno rowid recordid eventid battleid warid uid",
    SUBJECT: "item url uri iri page link permalink about",
}
FIELDS_BY_NAME = {name: field for field, names in NAMES.items() for name in names.split()}
WHOLE_OR_NAME = ("war", "warname", "conflict", "conflictname", "campaign", "campaignname")  # names if no column is one


SUFFIXES = ("label", "names", "name", "iri", "uri", "text")  # as of “participantLabel”, beside a column “participant”
DATE_PART = re.compile(r"(start|begin|from|end|to|)(month|day|year)(?:of)?(start|begin|end|)\d?")


def read_name(name: str) -> str:
    """Return the field of a record, KEY or SUBJECT that a column name or the IRI of a property means; "" if none.

    Only the local name counts, what follows the last “#”, “/” or “:”, and in it only letters, in any case, and digits. A
    number at its end is ignored, as of “Participants 1”, and so is one of SUFFIXES.
    """
    folded = fold_name(name)
    forms = (folded, folded.rstrip("0123456789"), *(folded.removesuffix(suffix) for suffix in SUFFIXES))
    return next((FIELDS_BY_NAME[form] for form in forms if form in FIELDS_BY_NAME), "")


def read_date_part(name: str) -> tuple[str, str] | None:
    """Return the field and the part (year, month or day) of a date that a column name means; None if it means none.

    It is (“begin”, “month”) for “start_month” or “StartMonth1”, and (“date”, “day”) for “day”.
    """
    found = DATE_PART.fullmatch(fold_name(name))
    if not found:
        return None
    side = found[1] or found[3]
    return "date" if not side else "end" if side in ("end", "to") else "begin", found[2]


def fold_name(name: str) -> str:
    """Return the letters and digits of the local name of a column or property, in small letters."""
    local = re.split(r"[/#:]", name.rstrip("/#:"))[-1]
    return fold(local).replace(" ", "")
