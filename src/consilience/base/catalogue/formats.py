"""FMT: other people's files."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # --- any file -------------------------------------------------------------------------
    "FMT-001": Entry(
        "File not there",
        "there is no file {name!r}",
        "Put the file there or correct its name where it is given; near it lies {near}.",
    ),
    "FMT-002": Entry(
        "A folder, not a file",
        "{name!r} is a folder",
        "Name the file inside it.",
    ),
    "FMT-003": Entry(
        "File cannot be read",
        "{name!r} cannot be read: {reason}",
        "See that you may read the file and that no other program holds it, then try again.",
    ),
    "FMT-004": Entry(
        "Empty file",
        "{name!r} holds nothing",
        "Export or copy it again: the way here lost what it held, or it was saved empty.",
    ),
    "FMT-005": Entry(
        "Unknown kind of file",
        "{name!r} is not a table that can be read here",
        "Save it as one of {known}.",
    ),
    "FMT-006": Entry(
        "Content is not what the name says",
        "{name!r} is named {suffix} but holds {content}",
        "Give it the suffix of what it holds, or export it again.",
    ),
    "FMT-007": Entry(
        "Broken compressed file",
        "{name!r} cannot be unpacked: {reason}",
        "The copy is cut short or damaged: fetch it again.",
    ),
    # --- delimited text -------------------------------------------------------------------
    "FMT-010": Entry(
        "Not in this encoding",
        "byte {byte} at position {position} is not {encoding}",
        "Leave `encoding` out to have it found, or name the one the file was saved in; UTF-8 is "
        "best.",
    ),
    "FMT-011": Entry(
        "Unknown encoding",
        "{encoding!r} is not the name of an encoding",
        "Name one such as utf-8, cp1252, utf-16 or iso-8859-2, or leave it out.",
    ),
    "FMT-012": Entry(
        "Encoding cannot be told",
        "the bytes of {name!r} fit none of the encodings tried",
        "Save the file as UTF-8, or name the encoding in the study file if it is a table of it.",
    ),
    "FMT-013": Entry(
        "Encoding is a guess",
        "byte {byte} at position {position} is not UTF-8, so the file was read as {encoding}",
        "Look at names with accents and at dashes; if they are wrong, save the file as UTF-8, or "
        "name the encoding in the study file if it is a table of it.",
        warning=True,
    ),
    "FMT-014": Entry(
        "NUL byte",
        "there is a NUL byte at position {position}",
        "The file is damaged or is not text: export it again.",
    ),
    "FMT-015": Entry(
        "Wrong delimiter",
        "with the delimiter {told!r} the heading is one column; with {better!r} it is {columns}",
        "Name {better!r} as the delimiter, or leave it out to have it found.",
    ),
    "FMT-016": Entry(
        "Rows of uneven length",
        "{count} rows do not have the {columns} fields of the heading, the first of them {fields}",
        "Rows {examples}: look for a delimiter or a line break in a text that is not in quotes.",
    ),
    "FMT-017": Entry(
        "Broken quoting",
        "the text cannot be split into fields: {reason}",
        "Look for a quotation mark that is opened and never closed, or a text of over 131,072 "
        "characters.",
    ),
    "FMT-018": Entry(
        "Delimiter is not one character",
        "{delimiter!r} cannot be a delimiter",
        "Name one character, such as a comma, a semicolon or a tab.",
    ),
    # --- headings -------------------------------------------------------------------------
    "FMT-020": Entry(
        "No rows under the heading",
        "{name!r} has {columns} column names and no rows",
        "If answers are awaited, nothing need be done; else export the file again.",
        warning=True,
    ),
    "FMT-021": Entry(
        "Two columns of one name",
        "the column {column!r} stands {count} times, in places {places}",
        "Rename all but one in the heading.",
    ),
    "FMT-022": Entry(
        "Column without a name",
        "column {place} has values but no name; it is called {name!r} here",
        "Name it in the heading if it is wanted.",
        warning=True,
    ),
    "FMT-023": Entry(
        "Heading rows left over",
        "row {row} holds the import ids of a Qualtrics export, which has three heading rows",
        "Set `format: qualtrics`, or `shape: {{header_rows: 3}}`.",
    ),
    "FMT-024": Entry(
        "Fewer rows than headings",
        "{name!r} should have {header_rows} heading rows and has {rows} rows in all",
        "Correct `header_rows`, or export the file again.",
    ),
    "FMT-025": Entry(
        "File ends within a row",
        "the last row has {fields} of the {columns} fields of the heading",
        "The copy is cut short: fetch it again, or go on without the rest. The fields that are "
        "not there are read as empty.",
        warning=True,
    ),
    # --- workbooks ------------------------------------------------------------------------
    "FMT-030": Entry(
        "Damaged workbook",
        "{name!r} is not a whole workbook: {reason}",
        "The copy is cut short or damaged: open it in a spreadsheet, save it as .xlsx and try "
        "again.",
    ),
    "FMT-031": Entry(
        "Workbook under a password",
        "{name!r} is protected by a password",
        "Save a copy without the password, in a place where it is safe.",
    ),
    "FMT-032": Entry(
        "Old workbook",
        "{name!r} is a workbook of Excel 97-2003",
        "Open it in a spreadsheet and save it as .xlsx or .csv.",
    ),
    "FMT-033": Entry(
        "No such sheet",
        "there is no sheet {sheet!r}",
        "Did you mean {nearest!r}? The sheets are {known}.",
    ),
    "FMT-034": Entry(
        "Formulas without a result",
        "{count} formulas have no stored result, the first in cell {cell}",
        "Open the workbook in a spreadsheet, let it calculate, and save it.",
    ),
    "FMT-035": Entry(
        "Error values in cells",
        "{count} cells hold an error such as {value}, the first is {cell}; they are read as empty",
        "Mend the formulas, or leave it if the cells do not matter.",
        warning=True,
    ),
    "FMT-270": Entry(
        "Workbook unpacks to too much",
        "{part} of {name!r} holds {what}, which is more than is read",
        "Save the sheet that is wanted as .csv. If you do not know who sent it, do not open it in "
        "a spreadsheet either: few bytes can fill the memory.",
    ),
    "FMT-271": Entry(
        "Workbook names other files",
        "{part} declares a document type, by which it could draw in other files",
        "Do not use it unless you trust who sent it; save the sheet that is wanted as .csv.",
    ),
    "FMT-272": Entry(
        "Sheet too large",
        "it has more than {most:,} {what}, empty ones among them",
        "Delete the empty rows and columns around the table, whose last cell Ctrl+End shows; or "
        "save the sheet as .csv.",
    ),
    "FMT-273": Entry(
        "Compressed file unpacks to too much",
        "{name!r} unpacks to more than {most:,} bytes",
        "Part it, or give it as it is when unpacked, if you know what is in it.",
    ),
    # --- SPSS -----------------------------------------------------------------------------
    "FMT-040": Entry(
        "Not a whole SPSS file",
        "{name!r} cannot be read as an SPSS file: {reason}",
        "The copy is cut short or damaged, or is no .sav or .zsav: export it again.",
    ),
    "FMT-041": Entry(
        "Column kind not for SPSS",
        "the column {column!r} is of the kind {kind}, which an SPSS file cannot hold",
        "Turn it into text, numbers, dates or times first.",
    ),
    "FMT-042": Entry(
        "Value label not possible",
        "the value {value!r} of column {column!r} cannot have a label: {reason}",
        "Label numbers in number columns, and texts of at most 8 bytes in text columns.",
    ),
    "FMT-043": Entry(
        "Text too long for SPSS",
        "a text of {length} bytes stands in column {column!r}; SPSS takes {limit}",
        "Shorten it, or leave the column out of the SPSS file.",
    ),
    "FMT-044": Entry(
        "Missing codes not possible",
        "the missing codes {codes} of column {column!r} cannot be written: {reason}",
        "Name at most three codes, or codes with no answer between them; none for texts.",
    ),
    # --- school register ------------------------------------------------------------------
    "FMT-050": Entry(
        "Not a school register",
        "{name!r} has no column {column!r}; its columns are {known}",
        "Fetch the extract of the register again, or describe the file by a column mapping "
        "(`columns:`).",
    ),
    "FMT-051": Entry(
        "Fields beyond the heading",
        "{count} rows have fields beyond the last heading (linked establishments); they were left "
        "out",
        "Nothing need be done: use the file of links for successors.",
        warning=True,
    ),
    "FMT-052": Entry(
        "Date not readable",
        "{value!r} in column {column!r} is not a date such as 31-08-2019",
        "Correct it, or fetch the extract again.",
    ),
    "FMT-053": Entry(
        "Two rows of one school",
        "the school {urn} stands in {count} rows",
        "Take out all but one.",
    ),
    "FMT-054": Entry(
        "School without a number",
        "{count} rows have no URN that is a number, the first holds {value!r}",
        "Take the rows out, or fetch the extract again.",
    ),
    # --- parquet --------------------------------------------------------------------------
    "FMT-060": Entry(
        "Not a whole Parquet file",
        "{name!r} cannot be read as a Parquet file: {reason}",
        "The copy is cut short or damaged, or is another kind of file: write or fetch it again.",
    ),
    # --- exchange files of qualitative programs (REFI-QDA) --------------------------------
    "FMT-230": Entry(
        "Not an exchange file",
        "{name!r} is not what was asked for: a REFI-QDA project is an archive (.qdpx) or its XML, "
        "a codebook (.qdc) is XML",
        "Export the project as REFI-QDA (.qdpx), or the codebook as .qdc.",
    ),
    "FMT-231": Entry(
        "Damaged exchange file",
        "{name!r} cannot be unpacked: {reason}",
        "The copy is cut short, damaged or under a password: export or fetch it again.",
    ),
    "FMT-232": Entry(
        "Unpacks to too much",
        "{name!r} holds {what}, more than any project of texts",
        "Do not trust this file: ask whoever sent it, or export the project again.",
    ),
    "FMT-233": Entry(
        "Not one project in the archive",
        "{name!r} holds {count} project files (.qde) where one belongs; there is {there}",
        "Export the project again as REFI-QDA; a codebook alone is a .qdc.",
    ),
    "FMT-234": Entry(
        "Broken XML",
        "the XML breaks off or is not well-formed at line {line}: {reason}",
        "Export the file again; if that does not help, send it to the makers of that program.",
    ),
    "FMT-235": Entry(
        "Document type declared",
        "the XML declares a document type, which no exchange file has and which can name files of "
        "this machine",
        "Do not trust this file: ask whoever sent it, or export the project again.",
    ),
    "FMT-236": Entry(
        "Another kind of XML",
        "the XML begins with {found}, not with the {wanted} of a REFI-QDA file",
        "Name a project (.qdpx, .qde) or a codebook (.qdc) where it is asked for.",
    ),
    "FMT-237": Entry(
        "Identifier given twice",
        "the identifier {guid} stands for more than one {what} ({count} such identifiers)",
        "Nobody can say which of them is meant: export the project again, or have the program's "
        "makers mend it.",
    ),
    "FMT-238": Entry(
        "Codings without a code",
        "{count} codings name a code that is not in the codebook; they are left out",
        "Export the project with its whole codebook if they are wanted.",
        warning=True,
    ),
    "FMT-239": Entry(
        "Texts not there",
        "the files of {count} texts are not in the archive, such as that of {example!r}; the texts "
        "are kept by name, without their codings",
        "Export the project again with its sources if they are wanted.",
        warning=True,
    ),
    "FMT-240": Entry(
        "Passages outside their text",
        "{count} passages lie outside their text, the first from {start} to {end} in {source!r}; "
        "they and their codings are left out",
        "Look whether the text was changed after it was coded, then export it again.",
        warning=True,
    ),
    "FMT-241": Entry(
        "Passages that end before they begin",
        "{count} passages end before they begin, the first from {start} to {end} in {source!r}; "
        "they and their codings are left out",
        "Code them again in the program they came from if they are wanted.",
        warning=True,
    ),
    "FMT-242": Entry(
        "Passages of no length",
        "{count} passages have no length, the first at {start} in {source!r}; a coding on one "
        "marks no text",
        "Nothing need be done, unless text should have been marked there.",
        warning=True,
    ),
    "FMT-243": Entry(
        "Positions fit no convention",
        "no way of counting characters fits the passages of {name!r}: the best, {convention}, has "
        "a score of {score:.2f}, and {least} is demanded",
        "Name the one its program uses with --convention; `consilience qda inspect` shows all.",
    ),
    "FMT-244": Entry(
        "Positions fit several conventions",
        "the passages of {name!r} fit {convention} (score {score:.2f}) hardly better than {other}",
        "Name the one its program uses with --convention; `consilience qda inspect` shows all.",
    ),
    "FMT-245": Entry(
        "Unknown convention",
        "{word!r} in {value!r} is no way of counting characters, or contradicts another word",
        "Name a program or words with commas between them out of: {known}.",
    ),
    "FMT-246": Entry(
        "Convention fits badly",
        "the convention asked for, {convention}, fits the passages badly: score {score:.2f}",
        "Compare some passages with the program they came from before you rely on them.",
        warning=True,
    ),
    "FMT-247": Entry(
        "Texts not in UTF-8",
        "{count} texts are not in UTF-8, such as {example!r}, which was read as {encoding}",
        "Look at names with accents and at dashes; export the project again if they are wrong.",
        warning=True,
    ),
    "FMT-249": Entry(
        "Sidecar of another state",
        "what this program once wrote beside the project does not belong to its present state; it "
        "is left aside",
        "Nothing need be done: another program changed the project, and its codings are read.",
        warning=True,
    ),
    "FMT-250": Entry(
        "Passages without a position",
        "{count} passages have no position in their text, the first in {source!r}; they and their "
        "codings are left out",
        "Give its transcript marks of time with positions in the program it came from.",
        warning=True,
    ),
    "FMT-251": Entry(
        "Codebook without a code",
        "there is no code, and a REFI-QDA codebook needs one at least",
        "Add a code first.",
    ),
    # --- documents and captions: FMT-200 to FMT-229 ---------------------------------------
    "FMT-200": Entry(
        "Document too large",
        "{name!r} has {size} bytes, and no more than {largest} are read",
        "Part it into the single interviews; nine million words are the most that is read as one.",
    ),
    "FMT-201": Entry(
        "Document unpacks to too much",
        "{part} of {name!r} unpacks to more than any transcript holds",
        "If it is a long document of your own, part it or save its text as TXT; if you do not know "
        "who sent it, do not open it elsewhere either.",
    ),
    "FMT-202": Entry(
        "Document damaged",
        "{name!r} cannot be read as the document that its name says: {reason}",
        "Open it in the program that wrote it and save it again, or save its text as TXT.",
    ),
    "FMT-203": Entry(
        "Document names other files",
        "{part} declares a document type, by which it could draw in other files",
        "Do not use it unless you trust who sent it; save its text as TXT.",
    ),
    "FMT-204": Entry(
        "Tracked changes",
        "it has tracked changes: {insertions} insertions were taken, {deletions} deletions left "
        "out",
        "Nothing need be done if that is meant; else settle the changes and import it again.",
        warning=True,
    ),
    "FMT-205": Entry(
        "Comments left out",
        "{count} comments were left out",
        "Enter those that matter as memos, or write them into the text and import it again.",
        warning=True,
    ),
    "FMT-206": Entry(
        "Notes or pictures left out",
        "{count} footnotes, pictures or other objects were left out",
        "Write what matters of them into the text and import it again.",
        warning=True,
    ),
    "FMT-207": Entry(
        "Pages without words",
        "the pages of {name!r} show no words, as pages that were scanned",
        "Have its words recognised by another program, or ask for the document it was made from.",
    ),
    "FMT-208": Entry(
        "Two encodings in one file",
        "{count} lines are not in UTF-8 though {sound} others are; they were read as Windows-1252",
        "Look at accents and dashes there; save the file in UTF-8 if they are wrong.",
        warning=True,
    ),
    "FMT-209": Entry(
        "Paragraphs guessed",
        "a PDF does not say where paragraphs end: those of {pages} pages were guessed and {left} "
        "lines of numbers and margins left out",
        "Compare a page or two; import the document it was made from if you have it.",
        warning=True,
    ),
    "FMT-210": Entry(
        "Unknown kind of document",
        "{name!r} is {content}",
        "Give one of {known}, and let the end of the name say what it is.",
    ),
    "FMT-211": Entry(
        "Captions malformed",
        "{name!r} cannot be read as the captions that its name says: {reason}",
        "Have the recogniser write it again as WebVTT, SubRip, JSON or TSV.",
    ),
    "FMT-212": Entry(
        "Captions left out",
        "{read} captions of {stated} could be read",
        "Look for times that are not written as `00:00:01.000 --> 00:00:02.000`.",
        warning=True,
    ),
    "FMT-213": Entry(
        "File cannot be read at all",
        "{name!r} cannot be read: {reason}",
        "Save its text as TXT and import that; send the file to the makers if it may be shown.",
    ),
    "FMT-214": Entry(
        "No ordinary file",
        "{name!r} is a pipe, a device or the like, no ordinary file",
        "Save what comes from it in a file and name that.",
    ),
    "FMT-215": Entry(
        "More turns than one talk has",
        "{name!r} has {count} {what}, and no more than {most} are read as one text",
        "Part it into the single interviews.",
    ),
    "FMT-216": Entry(
        "Document not as its format has it",
        "{count} places of the document are not as its format has them, such as: {example}",
        "Compare a page or two with what a program for such documents shows.",
        warning=True,
    ),
    "FMT-217": Entry(
        "Captions with odd numbers",
        "{count} captions have no number of their own; they were read by their times",
        "Nothing need be done, unless a line is missing where two captions meet.",
        warning=True,
    ),
    "FMT-218": Entry(
        "Encoding without its mark",
        "every second byte is NUL, so the file was read as {encoding} though it has no mark (BOM)",
        "Look at the first lines; save the file as UTF-8 or with a BOM if they are wrong.",
        warning=True,
    ),
    # --- databases of other programs ------------------------------------------------------
    "FMT-255": Entry(
        "Database of another program",
        "{name!r} is a database of {tables} tables, but none of QualCoder, Taguette or RQDA",
        "Export the project as REFI-QDA (.qdpx) from the program it belongs to.",
    ),
    "FMT-256": Entry(
        "Damaged database",
        "{name!r} cannot be read as an SQLite database: {reason}",
        "Close the program that has it open, or take a backup: the copy may be cut short.",
    ),
    "FMT-257": Entry(
        "Not one project in the database",
        "the database holds {count} projects, and one is read at a time",
        "Export the project as SQLite3 from Taguette's project page, and read that file.",
    ),
    "FMT-258": Entry(
        "Quotations not at their places",
        "the quotations that {program} keeps beside its codings fit their places badly: score "
        "{score:.2f}",
        "Look whether texts were changed after they were coded; compare some before you rely on "
        "them.",
        warning=True,
    ),
    "FMT-259": Entry(
        "Archive cannot be looked through",
        "the file cannot be unpacked: {reason}",
        "Write it again without a password; send nothing that you cannot look through.",
    ),
    "FMT-260": Entry(
        "Cell of the wrong kind in a database",
        "in {name!r} a cell of the column {column} of the table {table} holds {found}, where there "
        "must be words",
        "Open the project in its program, save it there, and take it in again; or export it as "
        "REFI-QDA.",
    ),
    # --- what outgoing files hide ---------------------------------------------------------
    "FMT-380": Entry(
        "Outgoing file unpacks to too much",
        "{name!r} unpacks to more than {most} bytes or to more parts than any bundle has",
        "Send what is in it as several files.",
    ),
    "FMT-381": Entry(
        "Damaged picture or data file",
        "the file is damaged: {reason}",
        "Open it in the program that wrote it, save it again, and try once more.",
    ),
    "FMT-290": Entry(
        "Cannot be written so",
        "a table to be filled in is not written as {form!r}, but as {known}",
        "Give the file one of these endings.",
    ),
    "FMT-382": Entry(
        "Words of a file cannot be read",
        "the file cannot be looked through: {reason}",
        "Save it again in the program that wrote it; send nothing that you cannot look through.",
    ),
    "FMT-383": Entry(
        "Damaged Stata file",
        "{name!r} cannot be read as a Stata file: {reason}",
        "Open it in Stata and save it again, or export it as CSV.",
    ),
    # FMT-360 to FMT-379: records of other catalogues
}
