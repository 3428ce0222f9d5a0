"""Derive examples/schools-2017/facts/schools-per-area.csv from the public school files.

Run: python validation/areas/schools_per_area.py DATA OUT
DATA is the folder with the files named below; OUT the csv file to write.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

FRAME = "england_school_frame_2019.parquet"
LINKS = "gias_links_20250422.csv.gz"

PHASES = {
    "State-funded primary": "primary",
    "State-funded secondary": "secondary",
    "State-funded special school": "special",
    "Non-maintained special school": "special",
    "State-funded nursery": "nursery",
    "Pupil referral unit": "pupil referral unit",
    "Independent school": "independent",
}
STATUSES = {"Local authority": "maintained", "Academy": "academy", "Free school": "free school"}
# The Academies Act 2010 let schools convert from August 2010; no converter has a lower URN.
FIRST_DAY = pd.Timestamp(2010, 8, 1)
FIRST_URN = 136000


def told_by_rule(frame: pd.DataFrame, links: pd.DataFrame) -> pd.Series:
    """Return the status that opening date, URN and predecessors speak for."""
    opened = pd.to_datetime(frame["open_date"], format="%d-%m-%Y", errors="coerce")
    new = (opened >= FIRST_DAY) & (frame["URN"] >= FIRST_URN)
    came_from = links.loc[links["LinkType"].str.startswith("Predecessor"), "URN"]
    has_predecessor = frame["URN"].isin(came_from)
    return (
        pd.Series("maintained", index=frame.index)
        .mask(new & has_predecessor, "academy")
        .mask(new & ~has_predecessor, "free school")
    )


def statuses(frame: pd.DataFrame, links: pd.DataFrame) -> pd.Series:
    """Return the status of every school: seen where the list of 2022 has it, else by rule."""
    seen = frame["funding_type"].map(STATUSES)
    status = seen.fillna(told_by_rule(frame, links))
    # Maintained nursery schools had no way to become academies.
    status = status.mask(frame["SCHOOLTYPE"] == "State-funded nursery", "maintained")
    status = status.mask(frame["SCHOOLTYPE"] == "Independent school", "independent")
    return status.mask(frame["SCHOOLTYPE"] == "Non-maintained special school", "non-maintained")


def per_area(frame: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return one row an area, phase and status, sorted."""
    units = pd.DataFrame(
        {
            "area": frame["utla18_code"],
            "phase": frame["SCHOOLTYPE"].map(PHASES),
            "status": statuses(frame, links),
            "pupils": frame["NOR"],
            "fsm": frame["PNUMFSMEVER"],
            "faith": frame["religious_character"]
            .map(lambda value: float(value != "Does not apply"), na_action="ignore")
            .astype(float),
        }
    )
    groups = units.groupby(["area", "phase", "status"], sort=True)
    table = groups.size().rename("schools").to_frame()
    for name, digits in (("pupils", 0), ("fsm", 1)):
        for label, share in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
            table[f"{name}_{label}"] = groups[name].quantile(share).round(digits)
        if digits == 0:
            columns = [f"{name}_{label}" for label in ("q1", "median", "q3")]
            table[columns] = table[columns].astype("Int64")
    table["faith_share"] = groups["faith"].mean().round(2)
    return table.reset_index()


def main(data: str, out: str) -> None:
    """Read, derive, write."""
    frame = pd.read_parquet(Path(data) / FRAME)
    links = pd.read_csv(Path(data) / LINKS)
    per_area(frame, links).to_csv(out, index=False, lineterminator="\n")
    seen = frame["funding_type"].map(STATUSES).dropna()
    told = told_by_rule(frame, links)[seen.index]
    both = pd.crosstab(seen, told, rownames=["seen in 2022"], colnames=["told by rule"])
    print(both)
    print(f"rule agrees for {(seen == told).mean():.4f} of {len(seen)} schools")


if __name__ == "__main__":
    main(*sys.argv[1:])
