import io
import socket
from typing import Any

import pytest
import requests

from host.data import network
from host.data.network import Client, Range
from host.errors import DataError


def _failure(url: str, **options: Any) -> requests.RequestException:
    with pytest.raises(requests.RequestException) as caught:
        requests.get(url, timeout=0.2, **options)
    return caught.value


def _answer(status: int, **headers: str) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer.raw = status, io.BytesIO()
    answer.headers.update(headers)
    return answer


def test_a_name_that_is_not_found_means_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **options: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    text = network.explain(_failure("http://data.invalid/a"), "http://data.invalid/a")
    assert text == "no network, or none that knows data.invalid: its address was not found"


@pytest.mark.parametrize(("number", "words"), [(101, "no network"), (113, "no network"), (111, "refuses")])
def test_a_failed_connection_is_told_by_its_reason(
    monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise ConnectionRefusedError(number, "no") if number == 111 else OSError(number, "no")

    monkeypatch.setattr(socket.socket, "connect", fail)
    assert words in network.explain(_failure("http://127.0.0.1:9/a"), "http://127.0.0.1:9/a")


def test_a_proxy_that_is_not_there_is_named() -> None:
    error = _failure("http://data.invalid/a", proxies={"http": "http://127.0.0.1:9"})
    assert "proxy" in network.explain(error, "http://data.invalid/a")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.exceptions.SSLError("x"), "certificate of a.org"),
        (requests.ConnectTimeout("x"), "a.org does not answer within 10 s"),
        (requests.ReadTimeout("x"), "no data within 60 s"),
        (requests.exceptions.ChunkedEncodingError("x"), "failed or was cut"),
    ],
)
def test_other_failures_have_words_too(error: requests.RequestException, words: str) -> None:
    assert words in network.explain(error, "https://a.org/file")


def test_from_https_no_way_leads_back_to_http(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = _answer(302, Location="http://a.org/other")
    monkeypatch.setattr(requests.Session, "get", lambda self, url, **options: answer)
    with (
        pytest.raises(DataError, match=r"redirects to http://a\.org/other: not followed"),
        Client().get("https://a.org/a"),
    ):
        pass


def test_a_range_is_asked_for_with_its_tag_and_uncompressed(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, str] = {}
    answer = _answer(206)

    def get(self: object, url: str, headers: dict[str, str], **options: object) -> requests.Response:
        sent.update(headers)
        return answer

    monkeypatch.setattr(requests.Session, "get", get)
    with Client().get("https://a.org/a", Range(10, 20), '"tag"'):
        assert sent == {"Accept-Encoding": "identity", "Range": "bytes=10-19", "If-Range": '"tag"'}
    answer.headers["Content-Encoding"] = "gzip"
    with pytest.raises(DataError, match="compressed"), Client().get("https://a.org/a", Range(10, 20)):
        pass


@pytest.mark.parametrize(("text", "pause"), [("7", 7.0), ("100000", 60.0), ("", None), ("Fri, 1 Jan", None)])
def test_a_busy_server_says_when_to_come_back(
    monkeypatch: pytest.MonkeyPatch, text: str, pause: float | None
) -> None:
    answer = _answer(429, **{"Retry-After": text})
    monkeypatch.setattr(requests.Session, "get", lambda self, url, **options: answer)
    with pytest.raises(network.TryAgainError) as caught, Client().get("https://a.org/a"):
        pass
    assert caught.value.pause_s == pause
