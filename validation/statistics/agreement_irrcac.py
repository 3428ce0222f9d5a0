"""Figures of the PyPI package irrCAC for the cases that agreement.R makes.

The package pins old versions of SciPy and pandas: make an environment for it alone,
`pip install irrCAC==0.4.4`, and name its interpreter in IRRCAC_PYTHON when running agreement.R,
which calls this file with a folder and a list of requests in JSON and reads the answer.
"""

import json
import sys
import warnings
from pathlib import Path

import pandas as pd
from irrCAC import raw, table

NAMES = {
    "ac": "gwet",
    "fleiss": "fleiss",
    "krippendorff": "krippendorff",
    "conger": "conger",
    "brennan_prediger": "bp",
}
OF_TABLE = {
    "ac": "gwet",
    "cohen": "cohen",
    "scott": "scott",
    "krippendorff": "krippendorff",
    "brennan_prediger": "bp",
    "percent": "pa2",
}


def number(value):
    """Return a plain number of one, also of an array of one."""
    return float(value[0]) if hasattr(value, "__len__") else float(value)


def figures(found, name, of_table):
    """Return the figures of one coefficient under the names of the cases."""
    low, high = found["confidence_interval"]
    shown = {
        "coeff": number(found["coefficient_value"]),
        "se": number(found["se"]),
        "ci_low": number(low),
        "ci_high": number(high),
        "p": number(found["p_value"]),
    }
    if not of_table:
        shown |= {"pa": number(found["pa"]), "pe": number(found["pe"])}
    if name == "brennan_prediger" and not of_table:
        # The package gives the one-sided p here and the two-sided one everywhere else.
        shown["p"] *= 2
    return shown


def answer(folder, request):
    """Return the figures that a request asks for."""
    frame = pd.read_csv(folder / request["file"])
    if request.get("columns"):
        frame = frame[request["columns"]]
    options = {"weights": request["weights"], "digits": 12}
    options["confidence_level"] = request.get("level", 0.95)
    if request.get("N"):
        options["N"] = request["N"]
    if request["table"]:
        made = table.CAC(frame, **options)
        return {
            name: figures(getattr(made, how)()["est"], name, True) for name, how in OF_TABLE.items()
        }
    made = raw.CAC(frame, categories=request.get("categories"), **options)
    return {name: figures(getattr(made, how)()["est"], name, False) for name, how in NAMES.items()}


def main():
    """Read requests from the file named first, write answers to the one named second."""
    warnings.simplefilter("ignore")
    asked, told, folder = map(Path, sys.argv[1:4])
    requests = json.loads(asked.read_text())
    told.write_text(json.dumps([answer(folder, request) for request in requests]))


if __name__ == "__main__":
    main()
