"""Projects in the databases of QualCoder, Taguette and RQDA.

The rows of Taguette were written by Taguette 1.5.2 itself (its own models, and its own `extract`
for the snippets) and are pinned here. The tables of QualCoder and RQDA are made as these programs
make them; their rows are ours.
"""

import sqlite3
import zipfile

import pytest

from consilience.base.errors import Fault
from consilience.formats.projects.read import read_any_project
from consilience.formats.projects.taguette import text_of_html

TEXT = (
    "Interviewer: How did the school \U0001f3eb hear of it?\r\n"
    "Respondent: The caf\u00e9 told us.\r\n"
)
QUALCODER = """
CREATE TABLE project (databaseversion text, date text, memo text, about text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text,
  owner text, date text, av_text_id integer, risid integer, unique(name));
CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, cid integer);
CREATE TABLE code_av (avid integer primary key, id integer, pos0 integer, cid integer);
CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer,
  memo text, owner text, date text);
CREATE TABLE attribute_type (name text primary key, date text, owner text, memo text,
  caseOrFile text, valuetype text);
CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text,
  id integer, date text, owner text);
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer,
  pos1 integer, owner text, date text, memo text);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text);
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text,
  supercatid integer);
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text,
  pos0 integer, pos1 integer, owner text, date text, memo text, avid integer, important integer);
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text,
  date text, color text);
CREATE TABLE journal (jid integer primary key, name text, jentry text, date text, owner text);
"""
RQDA = """
CREATE TABLE project (databaseversion text, date text, dateM text, memo text, about text);
CREATE TABLE source (name text, id integer, file text, memo text, owner text, date text,
  dateM text, status integer);
CREATE TABLE freecode (name text, memo text, owner text, date text, dateM text, id integer,
  status integer, color text);
CREATE TABLE codecat (name text, cid integer, catid integer, owner text, date text, dateM text,
  memo text, status integer);
CREATE TABLE treecode (cid integer, catid integer, date text, dateM text, memo text,
  status integer, owner text);
CREATE TABLE coding (cid integer, fid integer, seltext text, selfirst real, selend real,
  status integer, owner text, date text, memo text);
CREATE TABLE cases (name text, memo text, owner text, date text, dateM text, id integer,
  status integer);
CREATE TABLE caselinkage (caseid integer, fid integer, selfirst real, selend real,
  status integer, owner text, date text, memo text);
CREATE TABLE caseAttr (variable text, value text, caseID integer, date text, dateM text,
  owner text, status integer);
CREATE TABLE journal (name text, journal text, date text, dateM text, owner text, status integer);
CREATE TABLE annotation (fid integer, position integer, annotation text, owner text, date text,
  dateM text, status integer);
"""
HTML = (
    "<h1>Interview</h1>\n<p><strong>Interviewer:</strong> How did the school \U0001f3eb hear of it?"
    "</p><p>Respondent: Well, the caf&eacute; manager, the na\u00efve one, told us.</p>\n"
    "<ul><li>First</li><li>Second &lt;b&gt;</li></ul>\n<pre>\nline one\nline two</pre>"
)
TAGUETTE = """
CREATE TABLE users (login VARCHAR(30) NOT NULL PRIMARY KEY);
CREATE TABLE projects (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL,
  description TEXT NOT NULL, created DATETIME NOT NULL);
CREATE TABLE documents (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL,
  description TEXT NOT NULL, filename VARCHAR(200) NOT NULL, created DATETIME NOT NULL,
  project_id INTEGER NOT NULL, text_direction VARCHAR(13) NOT NULL, contents TEXT NOT NULL);
CREATE TABLE commands (id INTEGER NOT NULL PRIMARY KEY, date DATETIME NOT NULL,
  user_login VARCHAR(30) NOT NULL, project_id INTEGER NOT NULL, document_id INTEGER,
  payload TEXT NOT NULL);
CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY, project_id INTEGER NOT NULL,
  path VARCHAR(200) NOT NULL, description TEXT NOT NULL);
CREATE TABLE highlights (id INTEGER NOT NULL PRIMARY KEY, document_id INTEGER NOT NULL,
  start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, snippet TEXT NOT NULL);
CREATE TABLE highlight_tags (highlight_id INTEGER NOT NULL, tag_id INTEGER NOT NULL);
INSERT INTO projects VALUES (1, 'Schools', 'a study', '2026-11-25 19:49:00.9');
INSERT INTO tags VALUES (1, 1, 'delay', 'about delay'), (2, 1, 'delay.long', 'about delay.long'),
  (3, 1, 'door', '');
INSERT INTO highlights VALUES
  (1, 1, 47, 58, '<p>hear of it?</p>'), (2, 1, 80, 93, '<p>caf\u00e9 manager</p>'),
  (3, 1, 125, 135, '<ul><li>Second &lt;b&gt;</li></ul>'), (4, 1, 145, 153, '<pre>line two</pre>'),
  (5, 1, 111, 125, '<p>told us.</p>\n<ul><li>First</li></ul>');
INSERT INTO highlight_tags VALUES (1, 1), (2, 2), (2, 3), (3, 3), (4, 1), (5, 3);
INSERT INTO commands VALUES (5, '2026-11-25 19:49:01.108195', 'ann', 1, 1,
  '{"end_offset": 125, "highlight_id": 5, "start_offset": 111, "tags": [3],
    "type": "highlight_add"}');
"""


def database(path, *scripts, rows=()):
    path.parent.mkdir(exist_ok=True)
    with sqlite3.connect(path) as connection:
        for script in scripts:
            connection.executescript(script)
        for table, values in rows:
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)
    connection.close()
    return path


@pytest.fixture
def qualcoder(tmp_path):
    """Return a project of QualCoder as a folder."""
    at, who = "2018-03-01 09:30:00", "coder1"

    def coded(number, code, quote):
        start = TEXT.index(quote)
        return (number, code, 1, quote, start, start + len(quote), who, at, "", None, None)

    rows = [
        ("project", ("v8", "2018-03-01 09:00:00", "About it", "QualCoder")),
        ("source", (1, "i1.txt", TEXT, None, "long", who, at, None, None)),
        ("source", (2, "p.png", None, "/images/p.png", "", who, at, None, None)),
        ("code_cat", (1, "Doors", who, at, "", 2)),
        ("code_cat", (2, "All", who, at, "", None)),
        ("code_name", (1, "school", "what", 1, who, at, "#ff0000")),
        ("code_name", (2, "caf\u00e9", "", None, who, at, "")),
        ("code_text", coded(1, 1, "school \U0001f3eb hear")),
        ("code_text", coded(2, 2, "caf\u00e9 told us.")),
        ("code_text", coded(3, 9, "told")),
        ("code_image", (1, 2, 0, 1)),
        ("annotation", (1, 1, 0, 11, "who asks?", who, at)),
        ("cases", (1, "School 1", "", who, at)),
        ("cases", (2, "School 2", "", who, at)),
        ("case_text", (1, 1, 1, 0, len(TEXT), who, at, "")),
        ("case_text", (2, 2, 1, 0, 11, who, at, "")),
        ("attribute_type", ("phase", at, who, "of education", "case", "character")),
        ("attribute", (1, "phase", "case", "primary", 1, at, who)),
        ("journal", (1, "day 1", "we began", at, who)),
    ]
    database(tmp_path / "study.qda" / "data.qda", QUALCODER, rows=rows)
    return tmp_path / "study.qda"


def marked(project):
    rows = project.selections.to_pylist()
    return [project.sources[row["source"]].text[row["start"] : row["end"]] for row in rows]


def losses_of(reading):
    return {loss.what: loss.count for loss in reading.losses}


def test_qualcoder_is_read_from_folder_file_and_archive(qualcoder, tmp_path):
    packed = tmp_path / "backup.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(qualcoder / "data.qda", "study.qda/data.qda")
    first = read_any_project(qualcoder)
    for path in (qualcoder / "data.qda", packed):
        other = read_any_project(path).project
        assert other.codings == first.project.codings
        assert other.sources == first.project.sources


def test_qualcoder_keeps_what_it_holds(qualcoder):
    reading = read_any_project(qualcoder)
    project = reading.project
    assert marked(project) == [
        "school \U0001f3eb hear",
        "caf\u00e9 told us.",
        "Interviewer",
        "Interviewer",
    ]
    assert "\r" not in project.sources[0].text
    assert project.codings.num_rows == 2
    assert reading.warnings == ()
    assert reading.verdict.basis == "program"
    assert reading.verdict.score == 1
    tree = {code.name: code for code in project.codes}
    assert tree["school"].parent == tree["Doors"].guid
    assert tree["Doors"].parent == tree["All"].guid
    assert [tree[name].codable for name in ("All", "Doors", "school")] == [False, False, True]
    assert (tree["school"].colour, tree["caf\u00e9"].colour) == ("#FF0000", None)
    assert [user.name for user in project.users] == ["coder1"]
    whole, part = project.cases
    assert whole.sources == (project.sources[0].guid,)
    assert part.selections == (project.selections.column("guid")[3].as_py(),)
    assert [(value.owner, value.value) for value in project.values] == [(whole.guid, "primary")]
    note = project.sources[1]
    assert (note.kind, note.text, note.stamp.at) == ("note", "we began", "2018-03-01T09:30:00")
    assert project.selections.column("description").to_pylist()[2] == "who asks?"
    assert losses_of(reading) == {
        "codings on pictures and pages": 1,
        "codings whose code was deleted": 1,
        "pictures, sound and film": 1,
    }


def test_quotations_that_are_elsewhere_are_told(qualcoder):
    with sqlite3.connect(qualcoder / "data.qda") as connection:
        connection.execute("UPDATE source SET fulltext = 'New words before it. ' || fulltext")
    connection.close()
    reading = read_any_project(qualcoder)
    assert [fault.code for fault in reading.warnings] == ["FMT-258"]
    assert "<" not in reading.warnings[0].what


def test_taguette_is_read_as_it_wrote_it(tmp_path):
    document = (1, "i1", "", "i1.html", "2026-11-25 19:49:00", 1, "LEFT_TO_RIGHT", HTML)
    path = database(tmp_path / "t.sqlite3", TAGUETTE, rows=[("documents", document)])
    reading = read_any_project(path)
    project = reading.project
    assert marked(project) == [
        "hear of it?", "caf\u00e9 manager", "Second <b>", "line two", "told us.\n\nFirst",
    ]  # fmt: skip
    assert reading.verdict.score == 1
    assert reading.warnings == reading.losses == ()
    assert project.sources[0].text.startswith("Interview\n\nInterviewer: How")
    names = {code.guid: (code.name, code.parent) for code in project.codes}
    given = [names[code][0] for code in project.codings.column("code").to_pylist()]
    assert given == ["delay", "long", "door", "door", "delay", "door"]
    assert {name: parent is None for name, parent in names.values()}["long"] is False
    assert project.selections.column("user").null_count == 4, "a highlight has no author"
    assert [user.name for user in project.users] == ["ann"]


def test_a_server_with_several_projects_is_refused(tmp_path):
    second = ("projects", (2, "Other", "", "2026-01-01"))
    path = database(tmp_path / "t.sqlite3", TAGUETTE, rows=[second])
    assert refused(path) == "FMT-257"


def test_rqda_is_read_without_what_was_deleted(tmp_path):
    text = TEXT.replace("\r\n", "\n")
    start = float(text.index("caf\u00e9"))
    end = start + len("caf\u00e9 told us.")
    when = "Thu Mar  1 09:30:00 2018"
    rows = [
        ("project", ("0.2.2", when, None, None, "")),
        ("source", ("i1", 1, text, "a file", "rs", when, None, 1)),
        ("source", ("gone", 2, text, "", "rs", when, None, 0)),
        ("freecode", ("door", "what", "rs", when, None, 1, 1, "red")),
        ("freecode", ("gone", "", "rs", when, None, 2, 0, None)),
        ("codecat", ("Doors", None, 1, "rs", when, None, "", 1)),
        ("treecode", (1, 1, when, None, "", 1, "rs")),
        ("coding", (1, 1, "caf\u00e9 told us.", start, end, 1, "rs", when, "")),
        ("coding", (1, 1, "caf\u00e9 told us.", start, end, 1, "rs", when, "once more")),
        ("coding", (1, 1, "Interviewer", 0.0, 11.0, 0, "rs", when, "")),
        ("coding", (2, 1, "Interviewer", 0.0, 11.0, 1, "rs", when, "")),
        ("cases", ("School 1", "", "rs", when, None, 1, 1)),
        ("caselinkage", (1, 1, 0.0, float(len(text)), 1, "rs", when, "")),
        ("caseAttr", ("phase", "primary", 1, when, None, "rs", 1)),
        ("journal", ("day 1", "began", when, None, "rs", 1)),
        ("annotation", (1, 5, "here", "rs", when, None, 1)),
    ]
    reading = read_any_project(database(tmp_path / "p.rqda", RQDA, rows=rows))
    project = reading.project
    assert marked(project) == ["caf\u00e9 told us."]
    assert [source.name for source in project.sources] == ["i1", "day 1"]
    assert [(code.name, code.parent is None) for code in project.codes] == [
        ("Doors", True), ("door", False),
    ]  # fmt: skip
    assert project.cases[0].sources == (project.sources[0].guid,)
    assert [value.value for value in project.values] == ["primary"]
    assert losses_of(reading) == {
        "annotations (they have a position and no length)": 1,
        "codings whose code was deleted": 1,
        "passages that stand there twice (taken once)": 1,
    }


def test_categories_in_a_circle_go_to_the_top(qualcoder):
    with sqlite3.connect(qualcoder / "data.qda") as connection:
        connection.execute("UPDATE code_cat SET supercatid = 1 WHERE catid = 2")
    connection.close()
    tree = {code.name: code for code in read_any_project(qualcoder).project.codes}
    assert tree["school"].parent == tree["Doors"].guid
    assert None in {tree["Doors"].parent, tree["All"].parent}


def test_the_text_of_html_has_lines_where_blocks_are():
    laid = text_of_html("<p>One<br>two</p><script>no</script><div>three</div> four")
    assert laid.content == b"One\ntwo\nthree\n four"
    assert laid.layout.widths.tolist() == [0, 0, 0]
    assert text_of_html("").content == b""


def refused(path):
    with pytest.raises(Fault) as caught:
        read_any_project(path)
    assert "<" not in caught.value.what + caught.value.remedy
    return caught.value.code


def test_other_and_damaged_databases_are_refused(tmp_path, qualcoder):
    assert refused(database(tmp_path / "o.db", "CREATE TABLE x (y);")) == "FMT-255"
    data = (qualcoder / "data.qda").read_bytes()
    cut = tmp_path / "cut.qda"
    for size in (200, 5000, len(data) // 2):
        cut.write_bytes(data[:size])
        assert refused(cut) == "FMT-256"
    assert refused(tmp_path) == "FMT-002"
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and no more")
    assert refused(broken) == "FMT-231"
    with zipfile.ZipFile(broken, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("data.qda", data)
    packed = broken.read_bytes()
    broken.write_bytes(packed[:200] + b"\xff" * 40 + packed[240:])
    assert refused(broken) == "FMT-231", "damaged in a way that only LZMA is"


ODD_CELLS = (None, "a.b.", -5, float("inf"), b"\xff\x00")


def changed_cells(path):
    """Yield when each cell of the first rows of a database holds each odd value, one at a time."""
    with sqlite3.connect(path) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in names:
            # Without what the program asks of cells; a file of somebody need not keep to it.
            connection.execute(f"CREATE TABLE bare AS SELECT * FROM {table}")
            connection.execute(f"DROP TABLE {table}")
            connection.execute(f"ALTER TABLE bare RENAME TO {table}")
    connection.close()
    for (table,) in names:
        with sqlite3.connect(path) as connection:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            first = connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
        connection.close()
        for column, kept in zip(columns, first or (), strict=False):
            where = f"WHERE rowid = (SELECT min(rowid) FROM {table})"
            for value in (*ODD_CELLS, kept):
                with sqlite3.connect(path) as connection:
                    connection.execute(f"UPDATE {table} SET {column} = ? {where}", (value,))
                connection.close()
                if value is not kept:
                    yield table, column, value


@pytest.mark.parametrize("program", ["qualcoder", "taguette"])
def test_a_cell_that_holds_anything_is_read_or_told(tmp_path, qualcoder, program):
    path = qualcoder / "data.qda"
    if program == "taguette":
        document = (1, "i1", "", "i1.html", "2026-11-25 19:49:00", 1, "LEFT_TO_RIGHT", HTML)
        path = database(tmp_path / "t.sqlite3", TAGUETTE, rows=[("documents", document)])
    codes = set()
    for cell in changed_cells(path):
        try:
            read_any_project(path)
        except Fault as fault:
            codes.add(fault.code)
        except Exception as error:
            pytest.fail(f"{cell}: {error!r}")
    assert "FMT-260" in codes
    assert codes <= {"FMT-237", "FMT-255", "FMT-257", "FMT-260"}


def test_a_code_without_a_name_is_refused(qualcoder):
    with sqlite3.connect(qualcoder / "data.qda") as connection:
        connection.execute("UPDATE code_name SET name = NULL")
    connection.close()
    assert refused(qualcoder) == "FMT-260"


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE code_name RENAME name TO n",
        # SQLite names in its message what it cannot parse, whatever its encoding.
        """PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = CAST(x'435245415445F6' AS TEXT) WHERE name = 'source'""",
    ],
)
def test_tables_that_are_not_the_programs_are_refused(qualcoder, change):
    with sqlite3.connect(qualcoder / "data.qda") as connection:
        connection.executescript(change)
    connection.close()
    assert refused(qualcoder) == "FMT-256"


def test_a_cell_larger_than_any_text_is_refused(qualcoder):
    with sqlite3.connect(qualcoder / "data.qda") as connection:
        connection.execute("UPDATE source SET fulltext = ?", ("word " * 10_000_001,))
    connection.close()
    assert refused(qualcoder) == "FMT-200"


@pytest.mark.shared
def test_a_project_of_requal_is_refused_by_name(shared):
    assert refused(shared / "data/qual/requal__test_basic.requal") == "FMT-255"


@pytest.mark.shared
def test_an_exchange_file_is_read_as_one(shared):
    path = shared / "data/qual/quirks/quirk_nvivo_windows.qdpx"
    assert read_any_project(path).project.codings.num_rows == 5
