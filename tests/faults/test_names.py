"""Names that are not found, hosts of one family of addresses only, and certificates that cannot be trusted."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest
from fakeweb import FakeWeb
from harm import HarmedWorld, harmed
from news import item, page, title

pytestmark = pytest.mark.timeout(200)

HOSTS = [f"site{number}.test" for number in range(4)]


def _listed(w: HarmedWorld, web: FakeWeb, host: str, *numbers: int, scheme: str = "http") -> None:
    """The feed of a named host, and its articles."""
    base = f"{scheme}://{host}:{web.port}"
    for number in numbers:
        web.page(item(number).path, page(number))
    web.feed(f"/{host}.xml", [item(number, path=f"{base}{item(number).path}") for number in numbers])
    url = f"{base}/{host}.xml"
    if url not in w.feeds.get(host.split(".")[0], []):
        w.list_feed(url, host.split(".")[0])


def test_a_name_server_that_is_gone_for_a_while_is_one_notice_and_all_is_caught_up_with(tmp_path: Path) -> None:
    with harmed(tmp_path) as w:
        w.program.settings["poll"]["slowest"] = "1s"
        w.program.write_settings()
        known = {host: ["127.0.0.1"] for host in HOSTS}
        w.program.names(known)
        for number, host in enumerate(HOSTS):
            _listed(w, w.web, host, 10 + number)
        w.subscribe()
        w.once()
        before = len(w.telegram.messages())
        w.program.names(None)
        with w.program.running():
            for number, host in enumerate(HOSTS):
                _listed(w, w.web, host, 50 + number, 10 + number)
            silent = "SELECT count(*) FROM feeds WHERE failures >= 5"
            w.program.wait_until(lambda: w.program.rows(silent) == [(len(HOSTS),)])
            assert "Temporary failure in name resolution" in w.program.errors
            asked = len(w.web.requests)
            w.program.names(known)
            w.telegram.wait_for(lambda t: all(w.told(title(50 + number)) for number in range(len(HOSTS))), 60)
            assert len(w.web.requests) > asked
        assert {w.told(title(50 + number)) for number in range(len(HOSTS))} == {1}
        lost, *back = [sent.text for sent in w.telegram.messages()[before:] if sent.text.startswith("Feeds")]
        assert f"{len(HOSTS)} of {len(HOSTS)} feeds do not work: perhaps this machine has no way out" in lost
        assert len(back) <= 1 and all("does not work" not in notice for notice in back)
        assert w.telegram.violations == []


def test_hosts_of_either_family_and_hosts_with_a_dead_address_are_read(tmp_path: Path) -> None:
    with harmed(tmp_path) as w, FakeWeb() as elsewhere:
        try:
            w.web.open("::1")
        except OSError:
            pytest.skip("this machine has no IPv6")
        w.program.settings["fetch"]["allow_networks"].append("::1/128")
        w.program.write_settings()
        # Nobody listens on the second web's port at ::1.
        w.program.names(
            {
                "six.test": ["::1"],
                "four.test": ["127.0.0.1"],
                "both.test": ["::1", "127.0.0.1"],
                "half.test": ["::1", "127.0.0.1"],
            }
        )
        for number, (host, web) in enumerate(
            {"six.test": w.web, "four.test": w.web, "both.test": w.web, "half.test": elsewhere}.items()
        ):
            _listed(w, web, host, 10 + number)
        done = w.once()
    assert [feed["error"] for feed in done["feeds"]] == [None] * 4
    assert done["counts"]["pages_read"] == 4
    assert {request.host for request in w.web.requests} == {"::1", "127.0.0.1"}
    assert elsewhere.requests != []


def test_a_certificate_that_cannot_be_trusted_is_named_by_its_fault_and_holds_up_no_other(tmp_path: Path) -> None:
    names = {"good.test": "490101", "stale.test": "250201", "stranger.test": "490101"}
    pems = {name: _certificate(tmp_path, name, until) for name, until in names.items()}
    (tmp_path / "trust.pem").write_text(pems["good.test"].read_text() + pems["stale.test"].read_text())
    with (
        harmed(tmp_path) as w,
        _secure(pems["good.test"]) as good,
        _secure(pems["stale.test"]) as stale,
        _secure(pems["stranger.test"]) as stranger,
    ):
        w.program.environment["SSL_CERT_FILE"] = str(tmp_path / "trust.pem")
        w.program.names({name: ["127.0.0.1"] for name in (*names, "other.test")})
        _listed(w, good, "good.test", 10, scheme="https")
        _listed(w, stale, "stale.test", 11, scheme="https")
        _listed(w, stranger, "stranger.test", 12, scheme="https")
        # The certificate is trusted, and another host's.
        _listed(w, good, "other.test", 13, scheme="https")
        feeds = {feed["source"]: feed["error"] for feed in w.once()["feeds"]}
        assert feeds["good"] is None
        assert "expired" in feeds["stale"]
        assert "self-signed certificate" in feeds["stranger"]
        assert "not valid for 'other.test'" in feeds["other"]
        assert (stale.requests, stranger.requests) == ([], [])


def _secure(pem: Path) -> FakeWeb:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return FakeWeb(tls=context)


_AUTHORITY = """\
[ca]
default_ca = only
[only]
new_certs_dir = {folder}
database = {folder}/index
rand_serial = yes
default_md = sha256
policy = names
x509_extensions = more
[names]
commonName = supplied
[more]
subjectAltName = DNS:{name}
"""


def _certificate(folder: Path, name: str, until: str) -> Path:
    """A certificate that a host made for itself, valid until a day written as yymmdd, and its key."""
    own = folder / name
    own.mkdir()
    (own / "index").touch()
    (own / "conf").write_text(_AUTHORITY.format(folder=own, name=name))
    curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    for command in (
        f"req {curve} -subj /CN={name} -keyout {own}/key -out {own}/csr",
        f"ca -batch -notext -selfsign -config {own}/conf -keyfile {own}/key -in {own}/csr -out {own}/crt"
        f" -startdate 250101000000Z -enddate {until}000000Z",
    ):
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True)
    pem = own / "pem"
    pem.write_text((own / "key").read_text() + (own / "crt").read_text())
    return pem
