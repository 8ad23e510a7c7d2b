"""`python -m host.view MODEL.tflite`: look at a model's graph, in the browser or as a drawing."""

import argparse
import signal
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from host import atomic, cli, graph_server
from host.errors import UsageError
from host.interruption import Interrupted
from host.report import graph_drawing
from host.tflite import reader
from host.tflite.reader import Model


def main(argv: Sequence[str] | None = None) -> int:
    """Show the graph of one model; see --help."""
    arguments = _parser().parse_args(argv)
    if arguments.out is not None and (arguments.no_browser or arguments.port):
        raise UsageError("--out draws a file and serves nothing: leave out --no-browser and --port")
    model = reader.read(arguments.model)
    if arguments.out is None:
        return _serve(model, arguments.port, not arguments.no_browser)
    draw = graph_drawing.svg if arguments.out.suffix == ".svg" else graph_drawing.html
    atomic.write_text(arguments.out, draw(model))
    cli.out.print(f"{arguments.out}: {len(model.operators)} operators", soft_wrap=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = cli.parser(
        "view",
        "Open a model's graph in netron, served on 127.0.0.1 until Ctrl-C, or draw it to a file.",
        "python -m host.view RUN/model_int8.tflite --out graph.html",
    )
    add = parser.add_argument
    add("model", type=Path, metavar="MODEL.tflite", help="model to look at")
    add(
        "--out",
        type=_drawing,
        metavar="FILE",
        help="draw operators, shapes and quantization to a .svg or .html file that needs nothing else",
    )
    add("--no-browser", action="store_true", help="print the address, open nothing")
    add("--port", type=_port, default=0, metavar="N", help="to serve on (default: a free one)")
    return parser


def _drawing(text: str) -> Path:
    if Path(text).suffix not in (".svg", ".html"):
        raise argparse.ArgumentTypeError(f"{text} is neither .svg nor .html")
    return cli.output_file(text)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port: 1 to 65535 is possible")
    return int(text)


def _serve(model: Model, port: int, browse: bool) -> int:
    try:
        with graph_server.served(model, port) as address:
            cli.out.print(f"{model.name}: {address} (Ctrl-C ends)", soft_wrap=True)
            if browse and not webbrowser.open(address):
                cli.warn(f"no browser could be opened: open {address} in one")
            graph_server.wait()
    except Interrupted as error:
        if error.number != signal.SIGINT:
            raise
    return 0  # Ctrl-C is how it is meant to end.


if __name__ == "__main__":
    cli.run(main)
