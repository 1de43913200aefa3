"""What the peers' scripts share: they load arrays, time a call, and print one line of JSON.

Each script offers methods by name. A method takes the loaded arrays and returns (call, results) or (call, results, error): `call` does
all of the work once and returns its outputs; `results` turns these into one float64 array, which is saved for the comparison with ours;
`error` turns them into one number that says how exact they are.
"""

import argparse
import json
import math
import platform
import statistics
import sys
import time

# A call this long, in seconds, is measured once: the noise of a machine evens out within it.
LONG_CALL = 10

MODULES = {"numpy": "NumPy", "scipy": "SciPy", "ot": "POT"}


def measure(call, rounds, seconds):
    """The median over rounds of the seconds that a call takes; short calls are repeated until a round takes `seconds`."""
    start = time.perf_counter()
    outputs = call()
    calls = 1
    if (elapsed := time.perf_counter() - start) > LONG_CALL:
        return elapsed, outputs
    while (elapsed := time.perf_counter() - start) < seconds and calls < 50:
        outputs = call()
        calls += 1
    repeats = max(1, round(seconds * calls / elapsed))

    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repeats):
            outputs = call()
        times.append((time.perf_counter() - start) / repeats)
    return statistics.median(times), outputs


def loaded_blas():
    """The BLAS that this process has loaded: its file, links resolved. Linux only."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            files = {line.split()[-1] for line in maps if "/" in line}
    except OSError:
        return None
    names = [file for file in files if ".so" in file.rsplit("/", 1)[-1]]
    known = [file for file in names if any(word in file.rsplit("/", 1)[-1] for word in ("openblas", "mkl_rt", "libblis", "libatlas"))]
    plain = [file for file in names if file.rsplit("/", 1)[-1].startswith("libblas.so")]
    return min(known or plain, default=None)


def main(methods):
    """Runs the method that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("method", choices=methods)
    parser.add_argument("files", nargs="+", help=".npy files")
    parser.add_argument("--results", required=True, help="receives the results as .npy, float64")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.2, help="least time of a round")
    arguments = parser.parse_args()

    report = {}
    try:
        import numpy

        arrays = [numpy.load(file) for file in arguments.files]
        call, results, *error = methods[arguments.method](*arrays)
        report["seconds"], outputs = measure(call, arguments.rounds, arguments.seconds)
        numpy.save(arguments.results, numpy.asarray(results(outputs), dtype=numpy.float64))
        if error and math.isfinite(number := error[0](outputs)):
            report["error"] = float(number)
        report["blas"] = loaded_blas()
    except ImportError as error:
        report["missing"] = str(error)

    report["versions"] = {"Python": platform.python_version()} | {
        name: sys.modules[module].__version__ for module, name in MODULES.items() if module in sys.modules
    }
    print(json.dumps(report))
