"""The how-to on the New York data is run as it stands, on the real file."""

import gzip
import re

import pytest

import consilience

FILE = re.compile(r"^```yaml\n# file: (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.shared
def test_the_page_runs_on_the_real_file(root, shared, tmp_path):
    page = (root / "docs" / "how-to" / "new-york.md").read_text(encoding="utf-8")
    files = dict(FILE.findall(page))
    assert set(files) == {"study.yaml", "domains.yaml"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    packed = shared / "data" / "domain" / "nyc_school_survey_2011_gened_455.txt.gz"
    (tmp_path / "survey_all.txt").write_bytes(gzip.decompress(packed.read_bytes()))

    study = consilience.open_study(tmp_path)
    study.run()

    overlap = study.table("linked", "overlap").to_pylist()[-1]
    # 455 schools, 297 with all three informants: counted in the file by a script of its own.
    assert (overlap["eligible"], overlap["observed"]) == (455, 297)
    assert study.table("congruence", "band").num_rows == 297
    assert study.table("contrasting", "choice").num_rows == 5
