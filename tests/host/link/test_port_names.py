"""Names of ports that are taken, and one line for each that is not."""

import pytest

from host.errors import LinkError
from host.link import port_names
from host.link.transports import SerialTransport


@pytest.mark.parametrize(
    "name",
    ["/dev/ttyACM0", "COM3", "-", "a b", "socket://127.0.0.1:1", "socket://[::1]:65535", "SOCKET://host:5"],
)
def test_what_can_be_a_port(name: str) -> None:
    port_names.check(name)


@pytest.mark.parametrize("name", ["", " ", "\t", "a\nb", "\x1b[31m", "x" * 256, "\udcff"])
@pytest.mark.parametrize("check", [port_names.check, SerialTransport])
def test_what_is_no_name(name: str, check) -> None:
    with pytest.raises(
        LinkError, match="is no port: give a path such as /dev/ttyACM0, or socket://"
    ) as caught:
        check(name)
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 200


@pytest.mark.parametrize(
    "name",
    [
        "socket://",
        "socket://nowhere",
        "socket://:5",
        "socket://host:0",
        "socket://host:99999",
        "socket://host:-4",
        "socket://host:x",
        "socket://[::1",
        "socket://host:5/path",
        "socket://host:5?logging=debug",
        "socket://user@host:5",
        "socket://ho st:5",
    ],
)
def test_what_is_no_tcp_port(name: str) -> None:
    with pytest.raises(LinkError, match="is no TCP port: give socket://HOST:PORT, with PORT from 1 to 65535"):
        port_names.check(name)


@pytest.mark.parametrize("kind", ["loop", "spy", "rfc2217", "hwgrep", "tcp", "https", "ä"])
def test_other_kinds(kind: str) -> None:
    with pytest.raises(LinkError, match=f"{kind}:// is no kind of port: give a path"):
        port_names.check(f"{kind}://host:5")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("127.0.0.1:4444", "for TCP give socket://127.0.0.1:4444"),
        ("virtual", "a virtual board is found with --board virtual"),
        ("/dev/ttyACM97", "plug the board in, or give the right path with --port"),
        ("ä" * 200, "plug the board in, or give the right path with --port"),
    ],
)
def test_what_to_do_about_a_path_where_nothing_is(name: str, advice: str) -> None:
    with pytest.raises(LinkError, match=f"there is no port {name}: {advice}"):
        SerialTransport(name)


def test_a_host_without_an_address() -> None:
    with pytest.raises(LinkError, match=r"^cannot open socket://nowhere\.invalid:5: [^\[\]]+$"):
        SerialTransport("socket://nowhere.invalid:5")
