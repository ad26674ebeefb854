"""Commands about publishers and their feeds: sources, with check, import and export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Options, with_options

if TYPE_CHECKING:
    from bot.run.discover import Tried
    from bot.run.health import FeedState
    from bot.run.imports import Plan
    from bot.run.probe import Probe

_INSET = " " * 10


@click.group(invoke_without_command=True, short_help="How feeds are doing; check, import, export.")
@with_options
def sources(options: Options) -> None:
    """The health of each feed: state, entries a day, share of its pages that were read in full, last error, why pages
    of it were not read in the last week. With a further word: checks, imports or exports feeds."""
    import asyncio

    from bot.cli import show
    from bot.run.health import feed_states

    if click.get_current_context().invoked_subcommand is not None:
        return
    states = asyncio.run(feed_states(options.config, options.state))
    if options.json:
        show.lines(_state(state) for state in states)
        return
    for state in states:
        share = "-" if state.extracted is None else f"{state.extracted:.0%}"
        rate = "-" if state.entries_a_day is None else f"{state.entries_a_day:.1f}"
        click.echo(f"{state.state:9} {state.source:16} {rate:>6} a day  {share:>4} extracted  {state.url}")
        for line in _troubles(state):
            click.echo(_INSET + show.one_line(line))


def _troubles(state: FeedState) -> list[str]:
    """What is to be said of a feed beneath its line."""
    said = [state.last_error] if state.last_error else []
    said += [state.note] if state.note else []
    for trouble in state.pages[:3]:
        said.append(f"{trouble.pages} {'page' if trouble.pages == 1 else 'pages'}: {trouble.why}")
    if len(state.pages) > 3:
        said.append(f"{sum(trouble.pages for trouble in state.pages[3:])} pages for other reasons (--json lists all)")
    return said


def _state(state: FeedState) -> dict[str, Any]:
    from bot.cli.show import iso

    return {
        "source": state.source,
        "url": state.url,
        "state": state.state,
        "last_success": iso(state.last_success),
        "last_error": state.last_error,
        "next_poll": iso(state.next_poll),
        "entries": state.entries,
        "entries_a_day": None if state.entries_a_day is None else round(state.entries_a_day, 2),
        "extracted": state.extracted,
        "failures": state.failures,
        "note": state.note,
        "page_errors": [{"error": one.why, "pages": one.pages, "example": one.example} for one in state.pages],
    }


# --- check ----------------------------------------------------------------------------------------------------------


@sources.command("check", short_help="Asks every feed once, or finds the feed of an address.")
@click.argument("address", metavar="[ADDRESS-or-SOURCE]", required=False)
@click.option("--pages", is_flag=True, help="Also read the page of each feed's newest entry.")
@with_options
def sources_check(options: Options, address: str | None, pages: bool) -> None:
    """Asks every feed once, or those of one SOURCE, and says which answer, what they bring, and what is odd: a new
    address, an old newest entry, a page where a feed was expected, with the feeds that page names. Nothing is stored.
    Ends with 1 where a feed fails.

    With an ADDRESS it looks for the feed of that page or site, at 13 addresses at the most: the one given, the feeds
    that its page names, then the usual ones (/feed, /rss.xml ...). Ends with 1 where no feed was found.
    """
    import asyncio

    from bot.run.discover import address_in
    from bot.run.probe import probe_all
    from bot.settings import load_sources
    from bot.yamlfile import suggest

    def tell(probe: Probe) -> None:
        _tell(options, probe)

    names = [source.name for source in load_sources(options.config)]
    if address is None or address in names:
        if not asyncio.run(probe_all(options.config, tell, only=address, with_pages=pages)):
            raise SystemExit(1)
        return
    url = address_in(address)
    if url is None:
        hint = suggest(address, names)
        raise click.UsageError(f"'{address}' is neither a source nor an address of http or https{hint}")
    if not asyncio.run(_search(options, url, pages)):
        raise SystemExit(1)


async def _search(options: Options, url: str, pages: bool) -> bool:
    from bot.run.discover import tried

    found = False
    async for one in tried(options.config, url, with_pages=pages):
        found = found or one.probe.ok
        _tell(options, one.probe, one)
    if not found and not options.json:
        click.echo("no feed was found", err=True)
    return found


def _tell(options: Options, probe: Probe, tried: Tried | None = None) -> None:
    from bot.cli import show

    if options.json:
        show.lines([_probe(probe) | ({"by": tried.by.value} if tried else {})])
        return
    mark = click.style("ok  ", fg="green") if probe.ok else click.style("BAD ", fg="red")
    who = f"{probe.source or '-':16}" if tried is None else f"{tried.by:7}"
    click.echo(f"{mark} {who} {show.one_line(probe.url)}  {show.one_line(_answer(probe))}")
    for remark in probe.remarks:
        click.echo(f"       {show.one_line(remark)}")
    for alternate in probe.alternates if tried is None else ():
        click.echo(f"       try {show.one_line(alternate)}")


def _answer(probe: Probe) -> str:
    if not probe.ok:
        return probe.error or "no feed"
    said = [f"{probe.entries} {'entry' if probe.entries == 1 else 'entries'}"]
    if probe.entries_a_day is not None:
        said.append(f"{probe.entries_a_day:.1f} a day")
    if probe.newest is not None:
        said.append(f"newest {probe.newest:%Y-%m-%d %H:%M} UTC")
    return ", ".join(said)


def _probe(probe: Probe) -> dict[str, Any]:
    from bot.cli.show import iso

    return {
        "source": probe.source,
        "url": probe.url,
        "ok": probe.ok,
        "entries": probe.entries,
        "error": probe.error,
        "reason": probe.reason,
        "status": probe.status,
        "alternates": list(probe.alternates),
        "format": probe.format,
        "title": probe.title,
        "moved_to": probe.moved_to,
        "entries_a_day": None if probe.entries_a_day is None else round(probe.entries_a_day, 2),
        "newest": iso(probe.newest),
        "page": probe.page,
        "remarks": list(probe.remarks),
    }


# --- export and import ----------------------------------------------------------------------------------------------


@sources.command("export", short_help="Writes all feeds as OPML.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), required=False)
@with_options
def sources_export(options: Options, file: Path | None) -> None:
    """Writes all configured feeds as OPML 2.0, which feed readers import: to FILE, or to standard output. Attributes of
    our own keep tier, country, family and the rest, so that importing the file elsewhere gives the same sources."""
    from bot.cli import show
    from bot.run.setup import utc_now
    from bot.settings import load_sources
    from bot.settings.opml import write_opml
    from bot.yamlfile.edit import write

    found = load_sources(options.config)
    text = write_opml(found, utc_now())
    if file is None or str(file) == "-":
        click.echo(text, nl=False)
        return
    write(file, text)
    feeds = sum(len(source.feeds) for source in found)
    if options.json:
        show.document({"file": str(file), "sources": len(found), "feeds": feeds})
    else:
        click.echo(f"{_count(feeds, 'feed')} of {_count(len(found), 'source')} written to {file}")


@sources.command("import", short_help="Adds the feeds of an OPML file.")
@click.argument("file", metavar="FILE.opml", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would be added.")
@with_options
def sources_import(options: Options, file: Path, dry_run: bool) -> None:
    """Adds the feeds of an OPML file that are not configured yet to sources.yaml; all else in it stays as it is. A
    running bot takes them up within seconds. Feeds listed twice, and addresses that would never be asked, are passed
    over. Where a file is not in order nothing is written, and it ends with 2."""
    from bot.cli import show
    from bot.run.imports import carry_out, plan_import

    plan = plan_import(options.config, file)
    if not dry_run:
        carry_out(plan)
    if options.json:
        show.document(_plan(plan, file, dry_run))
        return
    for one in plan.added:
        where = "new source" if one.new else "to source"
        click.echo(
            show.one_line(f"{'would add' if dry_run else 'added'} {where} {one.source} ({one.title}): {one.url}")
        )
    for passed in plan.left_out:
        click.echo(show.one_line(f"{file}:{passed.line}: left out: {passed.url}: {passed.why}"), err=True)
    for passed in plan.known:
        click.echo(show.one_line(f"{file}:{passed.line}: {passed.url} {passed.why}"))
    click.echo(_summary(plan, dry_run))


def _summary(plan: Plan, dry_run: bool) -> str:
    new = len({one.source for one in plan.added if one.new})
    said = [f"{_count(len(plan.added), 'feed')} {'would be added' if dry_run else 'added'} to {plan.path}"]
    said[0] += f" ({_count(new, 'new source')})" if new else ""
    said += [f"{len(plan.known)} listed already"] if plan.known else []
    said += [f"{len(plan.left_out)} left out"] if plan.left_out else []
    said += [f"{_count(plan.empty, 'outline')} without a feed"] if plan.empty else []
    return "; ".join(said)


def _plan(plan: Plan, file: Path, dry_run: bool) -> dict[str, Any]:
    return {
        "file": str(file),
        "dry_run": dry_run,
        "added": [
            {"source": one.source, "title": one.title, "url": one.url, "line": one.line, "new_source": one.new}
            for one in plan.added
        ],
        "known": [{"url": one.url, "line": one.line, "reason": one.why} for one in plan.known],
        "left_out": [{"url": one.url, "line": one.line, "reason": one.why} for one in plan.left_out],
    }


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


COMMANDS = (sources,)
