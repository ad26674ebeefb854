"""Articles in a test's words: number 7 always has the same headline, text, page and entry. It serves nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from fakefeeds import Item

_TEXT = """
harbour ministry delegation signal committee fishing frigate budget engineer island minister radar cooperation
shipyard province monsoon hospital training officers patrol window language ambassador cabinet railway archive farmers
coastline library battery schedule reporters pilots market festival bridge council summit laboratory orchard quarry
timber copper granite vineyard mill tunnel viaduct canal reservoir turbine furnace foundry brewery bakery tannery
weaver potter sculptor violinist chorus theatre gallery museum cathedral abbey castle palace fortress tower lighthouse
pier marina ferry barge tugboat trawler lobster herring salmon oyster seaweed coral lagoon estuary delta marsh meadow
prairie desert glacier volcano crater canyon plateau valley ridge forest jungle mangrove bamboo rattan orchid tulip
cactus willow maple cedar walnut almond pepper ginger saffron vanilla cocoa coffee tobacco cotton linen velvet leather
rubber plastic cement asphalt gravel marble crystal diamond emerald pearl amber ivory bronze silver platinum nickel
cobalt lithium uranium hydrogen nitrogen oxygen carbon methane ethanol diesel kerosene pipeline refinery warehouse
elevator crane tractor harvester plough seedling fertiliser pesticide drought flood blizzard cyclone tornado eclipse
comet asteroid telescope microscope thermometer barometer compass sextant chronometer pendulum piano trumpet clarinet
drummer dancer acrobat juggler magician clown poet novelist editor printer publisher librarian teacher professor
student janitor plumber carpenter mason tailor cobbler barber butcher grocer chemist dentist surgeon nurse midwife
veterinarian shepherd beekeeper forester miner sailor fisherman cook waiter chauffeur cyclist runner swimmer wrestler
boxer goalkeeper referee umpire coach stadium racetrack gymnasium chessboard lottery casino circus carnival parade
regatta marathon tournament orchestra opera ballet sonnet fable riddle proverb dialect alphabet grammar dictionary
atlas calendar almanac ledger invoice mortgage pension dividend tariff subsidy auction bankruptcy merger patent
trademark verdict tribunal jury sheriff prison parole ransom burglar smuggler forger spy courier telegraph satellite
antenna microphone camera lantern candle mirror carpet curtain pillow blanket kettle saucer spoon fork ladle
"""
_WORDS = _TEXT.split()

_HEADLINED = 39
"""The first of them stand in headlines."""

_OWN = 30
"""Words an article is made of: two articles have some in common, as news of one subject has."""


def path(number: int) -> str:
    """Where an article lives."""
    return f"/news/{number}"


def title(number: int) -> str:
    """Its headline."""
    return f"Japan and Indonesia sign {_WORDS[number % _HEADLINED]} pact number {number}"


def paragraphs(number: int, count: int = 5) -> list[str]:
    """Its text: the matching paragraph and others of words that no other article has in that order."""
    chance = random.Random(number)
    own = chance.sample(_WORDS, _OWN)
    first = (
        f"TOKYO - Japan and Indonesia signed a {_WORDS[number % _HEADLINED]} pact on Tuesday after talks number "
        f"{number} between the two governments on ships and aircraft."
    )
    return [first, *(_sentences(chance, own) for _ in range(count - 1))]


def _sentences(chance: random.Random, own: Sequence[str]) -> str:
    chosen = [" ".join(chance.choices(own, k=14)) for _ in range(3)]
    return " ".join(f"The {words}." for words in chosen)


def page(number: int, *, extra: str = "", name: str | None = None) -> str:
    """Its page, with a menu and a foot around it."""
    return html(name or title(number), [*paragraphs(number), *([extra] if extra else [])])


def html(heading: str, texts: Sequence[str]) -> str:
    """A page as newspapers make them."""
    body = "\n".join(f"<p>{text}</p>" for text in texts)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{heading} | Site</title></head>'
        f'<body><nav><a href="/">Home</a> <a href="/about">About</a></nav><main><article><h1>{heading}</h1>\n{body}\n'
        "</article></main><footer>All rights reserved</footer></body></html>"
    )


def item(number: int, **changes: Any) -> Item:
    """Its entry: a headline and a summary that matches by itself."""
    values: dict[str, Any] = {
        "title": title(number),
        "path": path(number),
        "summary": f"Japan and Indonesia signed a pact, the {number}th of its kind, officials said.",
        **changes,
    }
    return Item(**values)
