"""Where the firmware's calls through pointers lead, which its code does not say, and how deep it recurses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pointers:
    """Functions that call through pointers, and those that the pointers may lead to, as patterns of names."""

    callers: str
    targets: str


_CONTEXT = r"earshot::((Runtime|Static)Context::|\(anonymous namespace\)::(Get|Report|Allocate|Request))"
_APPLICATION = r"app::(Interpreted|Static)Application::"
_TENSORS = _APPLICATION + r"(input|output|arena|weights)"
_CHECKER = r"earshot::\(anonymous namespace\)::SchemaChecker::"

POINTERS = (
    Pointers(r"app::Application::Invoke", _APPLICATION + "RunOperators|port::xg24::"),
    Pointers(r"app::\w*Application::", _TENSORS + "|port::xg24::|" + _CONTEXT),
    Pointers(r"app::Console::", r"app::Command|serial_link::SharedLine::|port::Serial::|port::xg24::"),
    Pointers(r"app::Text::", r"(app::TextSlice|serial_link::SharedLine|port::xg24::SerialPort)::Write"),
    Pointers(r"app::benchmark::\w+Timestamp::", r"port::"),
    Pointers(r"app::benchmark::", r"app::benchmark::\w+Timestamp::|port::|" + _TENSORS),
    Pointers(r"app::|main$", r"port::xg24::|" + _TENSORS),
    Pointers(r"generated::", r"tflite::MicroMutableOpResolver"),
    Pointers(r"serial_link::LinkServer::(InSession|CheckTime)", r"port::xg24::"),
    Pointers(r"serial_link::(Requests|LinkServer)::", r"app::LinkServices::|port::xg24::"),
    Pointers(r"serial_link::SharedLine::", r"app::DiscardedLine::|port::xg24::"),
    Pointers(r"serial_link::", r"port::xg24::"),
    Pointers(
        r"(tflite::Micro|earshot::Static)Interpreter::Invoke",
        r"kernels::.*(Invoke|RunOnCore)|earshot::InvokeNothing|app::LayerProfiler::",
    ),
    Pointers(
        r"tflite::MicroInterpreter::",
        r"kernels::.*(Init|Prepare|Invoke|RunOnCore)|app::LayerProfiler::|earshot::Parse"
        r"|tflite::MicroMutableOpResolver",
    ),
    Pointers(r"tflite::", _CONTEXT),
    Pointers(_CHECKER + r"Tables", _CHECKER),
    Pointers(r"earshot::", r"tflite::MicroMutableOpResolver|" + _CONTEXT),
    Pointers(r"kernels::mvp::(End|Finish)RunningLayer", r"app::LayerProfiler::|port::xg24::"),
    Pointers(
        r"kernels::mvp::",
        _CONTEXT + r"|port::xg24::|app::LayerProfiler::|kernels::mvp::.*CoreKernel"
        r"|kernels::(fast|reference)::.*(Init|Prepare|Invoke)",
    ),
    Pointers(r"kernels::", _CONTEXT + r"|kernels::(fast|reference)::(?!.*(Init|Prepare|Invoke))"),
    Pointers(r"mvp::", r"port::xg24::|app::LayerProfiler::OnCompletion"),
    Pointers(r"port::Serial::", r"(port::xg24::SerialPort|serial_link::SharedLine)::Read"),
    Pointers(r"port::", r"port::xg24::"),
)
"""The first one whose `callers` fit counts. Targets are sought among functions that a constant points to."""


OTHERWISE = r"\w+Handler$|FaultEntry|__cxa_pure_virtual|app::\w*Application::(~|Init)|app::TextSlice::Read"
"""Functions that a constant points to without a call: vectors, and virtual functions that nobody uses."""


@dataclass(frozen=True)
class Recursion:
    """Functions that come back to themselves, and how often one is on the stack at most."""

    function: str
    levels: int


RECURSIONS = (
    # std::sort of `bench` and its 100 runs at most: twice the binary logarithm, and the first.
    Recursion(r".*std::__introsort_loop<", 13),
    # Subgraphs, and in each its tensors and operators.
    Recursion(_CHECKER + r"Tables\(", 2),
)
