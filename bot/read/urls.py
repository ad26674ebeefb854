"""Addresses: cleaning, completing and comparing them.

Never resolves a name or asks a server: two addresses are the same when their text says so.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

_NAMES = """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh li_fat_id mc_cid mc_eid
    _hsenc _hsmi mkt_tok vero_id vero_conv oly_anon_id oly_enc_id rb_clickid s_cid wickedid _ga _gl epik ncid
    cmpid cmp icid ito smid smtyp taid __twitter_impression guccounter guce_referrer guce_referrer_sig
    ns_mchannel ns_source ns_campaign ns_linkname ns_fee at_medium at_campaign at_custom1 at_custom2 at_custom3
    at_custom4 xtor spm scm ref_src ref_url referrer fb_action_ids fb_action_types fb_source fb_ref
    _branch_match_id _branch_referrer cndid soc_src soc_trk sr_share partner_ref rss_id feature_rss
"""
_TRACKING = frozenset(_NAMES.split())
"""Query names that only say where a reader came from; each is a documented parameter of an advertiser, a mailing
service or a share button. Names with a meaning of their own on some site (`id`, `p`, `ref`, `source`, `page`) are
absent."""
_TRACKING_PREFIXES = ("utm_", "hsa_", "pk_", "mtm_", "piwik_", "matomo_", "stm_", "wt_zmc", "trk_")
_TRACKING_VALUES = {
    "ref": frozenset(
        {
            "rss",
            "feed",
            "twitter",
            "facebook",
            "fb",
            "tw",
            "newsletter",
            "share",
            "home",
            "homepage",
            "whatsapp",
            "line",
        }
    ),
    "source": frozenset({"rss", "feed", "twitter", "facebook", "newsletter", "share", "whatsapp"}),
    "from": frozenset({"rss", "feed", "twitter", "facebook", "newsletter", "share", "whatsapp"}),
    "amp": frozenset({"", "1", "true"}),
    "rss": frozenset({"", "1", "true"}),
}
_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def absolute(link: str | None, base: str) -> str | None:
    """The http or https address `link` means when found at `base`, or None where it means no such thing."""
    if not link:
        return None
    link = _UNSAFE.sub(lambda found: "" if found[0] in "\t\r\n" else quote(found[0]), link.strip())
    try:
        joined = urljoin(base, link)
        parts = urlsplit(joined)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    # Whoever follows a link does so without the name and password that somebody left in it.
    _, at, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=place)) if at else joined


def clean_url(url: str) -> str:
    """`url` without tracking parameters and fragment; every other parameter keeps its place and its spelling."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    kept = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    return urlunsplit((parts.scheme.lower(), _host(parts.netloc), parts.path, kept, fragment))


def url_key(url: str) -> str:
    """The identity of an address, 40 hexadecimal digits: equal for addresses that differ only in scheme, `www.`, case
    of the host, default port, a trailing slash, escaping, order of parameters, tracking parameters or fragment."""
    try:
        parts = urlsplit(clean_url(url))
        host = (parts.hostname or "").removeprefix("www.").rstrip(".")
        port = parts.port
    except ValueError:
        return _digest(url.strip())
    if port is not None and port not in _PORTS.values():
        host = f"{host}:{port}"
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=-._~").rstrip("/")
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return _digest("\n".join((host, path, query, parts.fragment)))


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = unquote(name).lower()
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    return unquote(value).lower() in _TRACKING_VALUES.get(name, ())


def _host(netloc: str) -> str:
    credentials, at, host = netloc.rpartition("@")
    return credentials + at + host.lower()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
