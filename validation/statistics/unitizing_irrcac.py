"""Cases of agreement on marked passages: the PyPI package irrCAC on characters laid out.

The package pins old versions of SciPy and pandas, so it has an environment of its own:
`pip install irrCAC==0.4.4`, then `<its python> validation/statistics/unitizing_irrcac.py` from the
root of the checkout. Writes src/consilience/validation/cases/unitizing/. Passages are simulated
here; every character becomes a row, every coder a column, and the package knows no passages.
"""

import json
import platform
import warnings
from importlib.metadata import version
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from irrCAC import raw

OUT = Path("src/consilience/validation/cases/unitizing")
NAMES = {
    "fleiss": "fleiss",
    "ac1": "gwet",
    "brennan_prediger": "bp",
    "alpha_binary": "krippendorff",
}


def passages(coders, seed):
    """Return simulated passages in six texts, and which coder read which."""
    rng = np.random.Generator(np.random.Philox(seed))
    lengths = [400, 250, 600, 150, 300, 500]
    coded = rng.random((6, coders)) < (1.0 if coders == 2 else 0.75)
    coded[:3, :2] = True
    rows = []
    for document, length in enumerate(lengths):
        for _ in range(6):
            code, start = int(rng.integers(3)), int(rng.integers(0, length - 60))
            size = int(rng.integers(10, 55))
            for coder in range(coders):
                if coded[document, coder] and rng.random() < 0.7:
                    begin = max(0, start + int(rng.integers(-6, 7)))
                    rows.append((document, begin, min(length, begin + size), code, coder))
    return lengths, coded, sorted(rows)


def laid_out(lengths, coded, rows, code):
    """Return one row a character, one column a coder: 1, 0, or empty where not read."""
    tables = []
    for document, length in enumerate(lengths):
        table = np.where(coded[document], np.zeros((length, 1)), np.nan)
        for where, start, end, which, coder in rows:
            if where == document and which == code:
                table[start:end, coder] = 1
        tables.append(table)
    names = [f"c{number}" for number in range(coded.shape[1])]
    return pd.DataFrame(np.concatenate(tables), columns=names)


def figures(frame):
    """Return the figures of the package for a table of characters."""
    made = raw.CAC(frame, categories=[0, 1], digits=12)
    found = {name: made.__getattribute__(how)()["est"] for name, how in NAMES.items()}
    values = {name: float(each["coefficient_value"]) for name, each in found.items()}
    pairs = []
    for one, other in combinations(frame.columns, 2):
        both = frame[[one, other]].dropna().reset_index(drop=True)
        pair = raw.CAC(both, categories=[0, 1], digits=12).conger()["est"]
        pairs.append(float(pair["coefficient_value"]))
    return values | {"percent": float(found["fleiss"]["pa"]), "cohen": float(np.nanmean(pairs))}


def main():
    """Write the passages and the figures."""
    warnings.simplefilter("ignore")
    OUT.mkdir(parents=True, exist_ok=True)
    datasets, cases = {}, []
    for coders, seed in ((2, 1), (3, 2), (4, 3)):
        name = f"passages{coders}"
        lengths, coded, rows = passages(coders, seed)
        columns = ["document", "start", "end", "code", "coder"]
        pd.DataFrame(rows, columns=columns).to_csv(OUT / f"{name}.csv", index=False)
        datasets[name] = {
            "file": f"{name}.csv", "rows": len(rows), "columns": columns,
            "licence": "CC0 (made here by simulation)",
            "source": f"invented: six texts, {coders} coders, three codes",
        }  # fmt: skip
        cases += [
            {
                "id": f"passages-{coders}-coders-code-{code}",
                "data": name,
                "statistic": "passages",
                "args": {"lengths": lengths, "coded": coded.astype(int).tolist(), "code": code},
                "expected": figures(laid_out(lengths, coded, rows, code)),
                "tolerance": 1e-9,
                "r_call": "irrCAC.raw.CAC(characters laid out, categories=[0, 1])",
                "r_package": f"irrCAC {version('irrCAC')} (PyPI, digits=12)",
                "note": "cohen is the mean over pairs, where defined, of the package's conger",
            }
            for code in range(3)
        ]
    text = {
        "generated_with": f"Python {platform.python_version()}",
        "tolerance_rule": "abs(actual-expected) <= tolerance*max(1,abs(expected)); null = NA",
        "datasets": datasets,
        "cases": cases,
    }
    (OUT / "expected.json").write_text(json.dumps(text, indent=1) + "\n")


if __name__ == "__main__":
    main()
