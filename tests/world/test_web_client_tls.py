"""The HTTP client and certificates."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from pathlib import Path

import pytest
from fakeweb import FakeWeb
from webclient import client, names, refused

from bot.errors import FetchError, FetchReason


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of news.example, with its key."""
    folder = tmp_path_factory.mktemp("tls")
    pem = folder / "news.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=news.example"
    )
    names_in_it = ["-addext", "subjectAltName=DNS:news.example"]
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "crt")]
    subprocess.run([*command.split(), *names_in_it, *files], check=True, capture_output=True)
    pem.write_bytes((folder / "key").read_bytes() + (folder / "crt").read_bytes())
    return pem


@pytest.mark.parametrize(
    ("host", "trusted", "works"),
    [("news.example", True, True), ("other.example", True, False), ("news.example", False, False)],
)
async def test_a_certificate_must_be_trusted_and_name_the_host(
    certificate: Path, host: str, trusted: bool, works: bool
) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate)) if trusted else None
    with FakeWeb(tls=serving) as web:
        web.page("/", "secure")
        async with client(tls=trust, resolve=names({host: ["127.0.0.1"]})) as web_client:
            url = f"https://{host}:{web.port}/"
            if works:
                assert (await web_client.get(url)).body == b"secure"
            else:
                with pytest.raises(FetchError) as caught:
                    await web_client.get(url)
                assert caught.value.reason is FetchReason.TLS
                assert web.requests == []


async def test_plain_http_behind_an_https_address_is_a_tls_failure() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    error = await refused(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    server.close()
    assert error.reason is FetchReason.TLS


async def test_a_move_from_https_to_http_is_followed_and_not_remembered(certificate: Path) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate))
    with FakeWeb() as plain, FakeWeb(tls=serving) as secure:
        plain.page("/b", "here")
        secure.redirect("/a", plain.url("/b"), 301)
        async with client(tls=trust, resolve=names({"news.example": ["127.0.0.1"]})) as web_client:
            answer = await web_client.get(f"https://news.example:{secure.port}/a")
        assert answer.url == plain.url("/b")
        assert answer.moved_to is None
