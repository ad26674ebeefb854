"""Commands that ask the archive, or one page: explain, search."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from bot.cli.opening import known, opened
from bot.cli.options import Options, Since, with_options

if TYPE_CHECKING:
    from bot.model import Article, Match, Miss

_FAILED = 200
"""Characters shown of what failed; JSON has all of it."""


@click.command(short_help="Searches the archive in the rule language.")
@click.argument("expression")
@click.option(
    "--since", type=Since(), default="30d", show_default=True, help="How far back, by when it was first seen."
)
@with_options
def search(options: Options, expression: str, since: timedelta) -> None:
    """Searches the archive with an EXPRESSION of the rule language, over the concepts of all watchlists."""
    import asyncio

    asyncio.run(_search(options, expression, since))


async def _search(options: Options, expression: str, since: timedelta) -> None:
    from bot.cli import show
    from bot.run.setup import utc_now
    from bot.store import articles
    from bot.watch import ExpressionError, match
    from bot.watch import search as compiled

    async with opened(options) as (config, database):
        try:
            wanted = compiled(config.watchlists, expression)
        except ExpressionError as error:
            raise click.UsageError(f"{error.message}, at character {error.offset + 1} of the expression") from None
        hits = 0
        async with database.read() as connection:
            async for _, seen, article in articles.archive(connection, utc_now() - since, config.sources):
                matches = match(wanted, article, seen)
                if matches:
                    hits += 1
                    found = {**show.article(article, matches), "first_seen": show.iso(seen)}
                    click.echo(show.dumped(found) if options.json else _line(article))
    if not hits and not options.json:
        click.echo("nothing found in that time", err=True)


def _line(article: Article) -> str:
    from bot.cli.show import one_line
    from bot.model import Basis
    from bot.tell import FEED_ONLY

    date = f"{article.published:%Y-%m-%d}" if article.published else "undated   "
    name = article.source.name if article.source else "-"
    lines = [f"{date}  {name}  {one_line(article.title)}", one_line(article.url)]
    if article.basis is Basis.FEED:
        lines.append(FEED_ONLY)
    return "\n            ".join(lines)


@click.command(short_help="Reads one page: which rules match, and why.")
@click.argument("page", metavar="URL-or-FILE")
@click.option("--watchlist", help="Only this watchlist's rules.")
@click.option("--fetch", is_flag=True, help="Read the page anew although it is stored.")
@with_options
def explain(options: Options, page: str, watchlist: str | None, fetch: bool) -> None:
    """Reads one page and says which rules match it and why, of those that do not, which part failed, and how the page
    was read: what gave title, text, date, author and language, and what was left out and why."""
    import asyncio

    asyncio.run(_explain(options, page, watchlist, fetch))


async def _explain(options: Options, page: str, watchlist: str | None, fetch: bool) -> None:
    from bot.cli import reading, show
    from bot.run.explain import NoSuchPage, look_up
    from bot.run.setup import configuration
    from bot.watch import explain

    config = configuration(options.config)
    if watchlist is not None:
        known(config, watchlist)
    try:
        found = await look_up(config, options.state, page, fetch=fetch)
    except NoSuchPage as error:
        raise click.UsageError(str(error)) from None
    matches, misses = explain(config.watchlists, found.article, watchlist, found.seen)
    if options.json:
        explained = _explained(found.article, matches, misses, found.origin)
        show.document(explained | {"reading": reading.as_json(found.article, found.reading)})
        return
    _print(found.article, matches, misses, found.origin)
    click.echo()
    for line in reading.as_text(found.article, found.reading):
        click.echo(line)


def _explained(article: Article, matches: list[Match], misses: list[Miss], origin: str) -> dict[str, Any]:
    from bot.cli import show

    return {
        "url": article.url,
        "title": article.title,
        "language": article.language,
        "published": show.iso(article.published),
        "author": article.author,
        "lead": article.lead,
        "paragraphs": list(article.paragraphs),
        "basis": article.basis.value,
        "note": article.note,
        "published_from": article.published_from,
        "matches": [
            {
                "watchlist": match.watchlist,
                "rule": match.rule,
                "min_sources": match.min_sources,
                "labels": show.labels(match.labels),
                "evidence": [show.evidence(piece) for piece in match.evidence],
            }
            for match in matches
        ],
        "misses": [
            {"watchlist": miss.watchlist, "rule": miss.rule, "failed": miss.failed, "closest": miss.closest}
            for miss in misses
        ],
        "from": origin,
    }


def _print(article: Article, matches: list[Match], misses: list[Miss], origin: str) -> None:
    from bot.cli.marking import marked
    from bot.cli.show import one_line, safe
    from bot.model import Basis, Part
    from bot.story import matched_sentence
    from bot.tell import FEED_ONLY

    marks: dict[tuple[Part, int | None], list[tuple[int, int]]] = {}
    for match in matches:
        for piece in match.evidence:
            marks.setdefault((piece.part, piece.paragraph), []).append((piece.start, piece.end))
    click.secho(marked(safe(article.title), marks.get((Part.TITLE, None), [])), bold=True)
    published = f"{article.published:%Y-%m-%d %H:%M} UTC ({article.published_from})" if article.published else "no date"
    facts = [article.url, published, article.language or "language uncertain", article.author or "no author"]
    why = (article.note or "no reason was kept").removeprefix(f"{article.url}: ")
    note = f"; the feed's summary only: {why}" if article.basis is Basis.FEED else ""
    click.echo(f"{one_line(' | '.join(facts))}\nread from {origin}{one_line(note)}")
    if article.standfirst:
        click.echo("\n" + marked(safe(article.standfirst), marks.get((Part.LEAD, None), [])))
    for number, paragraph in enumerate(article.paragraphs):
        click.echo("\n" + marked(safe(paragraph), marks.get((Part.BODY, number), [])))
    click.echo()
    for match in matches:
        names = ", ".join(f"{concept}: {' '.join(labels)}" for concept, labels in match.labels.items())
        click.secho(f"match {match.watchlist}/{match.rule}", fg="green", nl=False)
        found = ", ".join(f"“{one_line(word)}”" for word in dict.fromkeys(piece.text for piece in match.evidence))
        click.echo(f"  {names}\n      found {found}")
        if match.min_sources > 1:
            click.echo(f"      counts only once {match.min_sources} independent publishers report it")
        sentence = matched_sentence(article, [match])
        if sentence is not None:
            click.echo("      " + marked(safe(sentence.text), sentence.marks))
        if article.basis is Basis.FEED:
            click.echo(f"      {FEED_ONLY}")
    for miss in misses:
        click.secho(f"miss  {miss.watchlist}/{miss.rule}", fg="yellow", nl=False)
        failed = miss.failed if len(miss.failed) <= _FAILED else miss.failed[:_FAILED] + " ..."
        click.echo(f"  failed: {failed}" + (f" ({miss.closest})" if miss.closest else ""))


COMMANDS = (search, explain)
