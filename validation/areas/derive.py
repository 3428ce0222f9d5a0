"""Derive the tables of src/consilience/frame/data from the public files they stand on.

Run: python validation/areas/derive.py DATA OUT
DATA is the folder with the files named below; OUT the folder to write to.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

AREAS = "england_upper_tier_la_2018.csv"
PLACES = "mysociety_uk_local_authorities.csv"
SCHOOLS = "england_school_frame_2019.parquet"
MOVED = "utla_change_2018_to_2019_lsoa_counts.csv"
NOW = "d2i_la_provider_lookup.csv"
FRAME = "england-upper-tier-2018.csv"
CHANGES = "england-upper-tier-changes.csv"

# The codes of Barnsley and Sheffield after 2023 are in public code lists that disagree on the
# day; no file named above has them.
RECODED_LATER = {"E08000016": "E08000038", "E08000019": "E08000039"}
TYPES = {"UA", "CTY", "MD", "LBO", "CC", "SRA"}


def read_places(data: Path) -> pd.DataFrame:
    """Return the upper-tier authorities of England, past and current, by GSS code."""
    places = pd.read_csv(data / PLACES, dtype=str)
    upper = (places["nation"] == "England") & places["local-authority-type"].isin(TYPES)
    return places[upper].set_index("gss-code")


def changes(data: Path) -> pd.DataFrame:
    """Return one row a former code and later code: who took over, from when, how much."""
    places = read_places(data)
    by_letters = places.reset_index().set_index("local-authority-code")
    now = pd.read_csv(data / NOW, dtype=str).set_index("la_code_new")["la_code"]
    then = pd.read_csv(data / AREAS, dtype=str).set_index("utla18_code")
    names = places["nice-name"]
    found = [
        (code, by_letters.loc[letters, "gss-code"])
        for code, replaced in places["replaced-by"].dropna().items()
        for letters in replaced.split(",")
    ]
    # mySociety gives a county one heir; the moved census areas show that Dorset had two.
    moved = pd.read_csv(data / MOVED, dtype=str)
    found += [(a, b) for a, b in zip(moved["utla18_code"], moved["utla19_code"], strict=True)]
    rows = [
        {
            "code": code,
            "dfe_code": then["dfe_la_code"].get(code, ""),
            "name": then["utla18_name"].get(code, names[code]),
            "later_code": later,
            "later_dfe_code": now.get(later, ""),
            "later_name": names[later],
            "on": places.loc[later, "start-date"],
        }
        for code, later in sorted(set(found))
    ]
    former = places["former-gss-codes"].dropna()
    for later, code in [*former.items(), *[(b, a) for a, b in RECODED_LATER.items()]]:
        known = later if later in names.index else code
        dfe = then["dfe_la_code"].get(known, "")
        row = {"code": code, "dfe_code": dfe, "name": names[known], "later_code": later}
        rows.append(row | {"later_dfe_code": dfe, "later_name": names[known], "on": ""})
    return pd.DataFrame(rows).sort_values(["code", "later_code"], ignore_index=True)


def neighbours(areas: pd.DataFrame, changed: pd.DataFrame) -> pd.Series:
    """Return the statistical neighbours as codes of 2018, in the order of likeness."""
    codes: dict[str, list[str]] = {
        dfe: [code] for code, dfe in zip(areas["utla18_code"], areas["dfe_la_code"], strict=True)
    }
    for row in changed[changed["on"] != ""].itertuples():
        if row.later_dfe_code not in areas["dfe_la_code"].to_numpy():
            codes.setdefault(row.later_dfe_code, []).append(row.code)
    # Of Bournemouth, Christchurch and Poole, Christchurch was 1 part of 8: Dorset is no part.
    codes["839"] = ["E06000028", "E06000029"]
    return (
        areas["statistical_neighbours_dfe_codes"]
        .fillna("")
        .map(
            lambda text: " ".join(
                dict.fromkeys(c for dfe in text.split(", ") if dfe for c in codes[dfe])
            )
        )
    )


def positions(data: Path, areas: pd.DataFrame) -> pd.DataFrame:
    """Return eastings and northings in metres, and where they are from.

    mySociety's positions of county councils belong to other counties (Dorset's lies in Devon,
    Lancashire's in Northamptonshire), and it has none for four former authorities. For these
    the mean position of the state primary and secondary schools stands in.
    """
    places = read_places(data).reindex(areas["utla18_code"])
    schools = pd.read_parquet(data / SCHOOLS, columns=["utla18_code", "easting", "northing"])
    means = schools.groupby("utla18_code").mean().reindex(areas["utla18_code"])
    use_schools = (areas["la_type"] == "County council").to_numpy() | places["x"].isna().to_numpy()
    x = places["x"].astype(float).mask(use_schools, means["easting"])
    y = places["y"].astype(float).mask(use_schools, means["northing"])
    return pd.DataFrame(
        {
            "x": x.round().astype(int).to_numpy(),
            "y": y.round().astype(int).to_numpy(),
            "position": ["schools" if each else "mysociety" for each in use_schools],
        }
    )


def frame(data: Path) -> pd.DataFrame:
    """Return the table of the 152 authorities."""
    areas = pd.read_csv(data / AREAS, dtype=str)
    table = pd.DataFrame(
        {
            "id": areas["utla18_code"],
            "dfe_code": areas["dfe_la_code"],
            "name": areas["utla18_name"],
            "region": areas["region"],
            "type": areas["la_type"],
            "rural_class": areas["rural_class"].str.replace(r" \(.*\)", "", regex=True),
            "rural": areas["rural_pop_pct_ruc11"],
            "deprivation": areas["imd2015_avg_score"],
            "idaci": areas["idaci_rate_pct_approx"],
            "children": areas["pop_0_17_2017"].astype(float).astype(int),
            "population": areas["pop_total_2017"].astype(float).astype(int),
        }
    )
    table = table.join(positions(data, areas))
    table["study_frame"] = areas["in_study_frame_150_inferred"].map({"True": "yes", "False": "no"})
    table["neighbours"] = neighbours(areas, changes(data))
    return table.sort_values("id", ignore_index=True)


def main(data: str, out: str) -> None:
    """Read, derive, write."""
    for name, table in ((FRAME, frame(Path(data))), (CHANGES, changes(Path(data)))):
        table.to_csv(Path(out) / name, index=False, lineterminator="\n")
        print(f"{name}: {len(table)} rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
