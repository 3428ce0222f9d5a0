"""FMT-300 to FMT-379: catalogue records, in the forms in which archives exchange them."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # --- records of DDI -------------------------------------------------------------------
    "FMT-300": Entry(
        "Not XML",
        "this is not well-formed XML: {reason}",
        "Fetch or export the file again; if it was edited by hand, close the element named.",
    ),
    "FMT-301": Entry(
        "XML with entities",
        "the XML declares entities, which could name files of this machine",
        "Export it again without a document type, or ask its sender for plain XML.",
    ),
    "FMT-302": Entry(
        "XML too large",
        "the XML is larger than {megabytes} MB or has more than {tags} tags",
        "Split the harvest into smaller answers, or export one study at a time.",
    ),
    "FMT-303": Entry(
        "No record of DDI",
        "the file is a {found!r}, and there is no codeBook in it",
        "Export the study as DDI-Codebook 2.5, or harvest it with the prefix oai_ddi25.",
    ),
    "FMT-304": Entry(
        "Error of a repository",
        "the repository answered {code!r}: {said}",
        "Mend the request and harvest again: the file holds the error and no records.",
    ),
    "FMT-305": Entry(
        "No record in the answer",
        "the record {identifier!r} was deleted by its repository or left out of the answer",
        "Harvest again with the prefix oai_ddi25; a deleted record cannot be shown.",
    ),
    "FMT-306": Entry(
        "Several records",
        "there are {count} records in the file, and one is read here",
        "Load the file into a catalogue, which takes them all, or cut one record out.",
    ),
    "FMT-310": Entry(
        "Unknown namespace",
        "the codeBook has the namespace {found!r}, none of DDI; it was read by its element names",
        "Check that the file is DDI-Codebook, and export it as 2.5 if you can.",
        warning=True,
    ),
    "FMT-311": Entry(
        "Elements out of order",
        "{element} comes after {other} in {parent}; it was read all the same",
        "Put it before {other}, or write the record again from here: other programs may refuse it.",
        warning=True,
    ),
    "FMT-312": Entry(
        "Element where none may stand",
        "{element} may not stand in {parent}; it was not read unless that place is known",
        "Look for its words in the list of what is not carried, and move them to their place.",
        warning=True,
    ),
    "FMT-313": Entry(
        "Markup of web pages in words",
        "{element} holds <{tag}>; its words were taken without the markup",
        "Read the words once: lists and tables may have lost their form.",
        warning=True,
    ),
    "FMT-314": Entry(
        "Words without a language",
        "{element} has no xml:lang, and none stands around it; its language is left open",
        "Add xml:lang: catalogues in several languages cannot place the record without it.",
        warning=True,
    ),
    "FMT-315": Entry(
        "ID twice or not valid",
        "{element} has the ID {value!r}, which stands twice or is no XML name; files and variables "
        "got new ones",
        "Give each element an ID of its own that begins with a letter.",
        warning=True,
    ),
    "FMT-316": Entry(
        "Date in another form",
        "{element} has the date {value!r}; it was read as {used!r}",
        "Write dates as YYYY-MM-DD, YYYY-MM or YYYY.",
        warning=True,
    ),
    "FMT-317": Entry(
        "Study without a title",
        "the {element} has no title of its study",
        "Add stdyDscr/citation/titlStmt/titl.",
        warning=True,
    ),
    "FMT-318": Entry(
        "No code of a language",
        "{element} has the language {value!r}; it was read as {used}",
        "Write codes such as en or de-CH.",
        warning=True,
    ),
    "FMT-319": Entry(
        "Value that is none of those allowed",
        "{element} has {name}={value!r}; it was read as if it were not there",
        "Write one of: {allowed}.",
        warning=True,
    ),
    "FMT-322": Entry(
        "Characters that XML cannot hold",
        "{count} control characters in {element} were left out",
        "Look where they come from: they are often remains of a word processor.",
        warning=True,
    ),
    "FMT-323": Entry(
        "ID not valid in XML",
        "the id {value!r} of {element} was written as {used!r}",
        "Use ids of Latin letters, digits, dots, hyphens and underscores, each only once.",
        warning=True,
    ),
    "FMT-324": Entry(
        "Language that is no code",
        "the language {value!r} of {element} was written as {used}",
        "Name languages by codes such as en or de-CH.",
        warning=True,
    ),
    "FMT-325": Entry(
        "Value that DDI has no word for",
        "{value!r} cannot stand in {element}; {used} was written",
        "Use a word of DDI's list, or say it in a note.",
        warning=True,
    ),
    "FMT-326": Entry(
        "Schema not there",
        "there is no schema {schema!r} at {file!r}",
        "Name the folder that holds it with `consilience config schemas DIR`.",
    ),
    "FMT-327": Entry(
        "Not valid by the official schema",
        "{schema} says of {element}: {reason}",
        "Mend the element; write the record again from here to have it valid.",
    ),
    "FMT-328": Entry(
        "Official schema not applied",
        "no folder of schemas is named, so {schema} was not applied",
        "Fetch the schemas from their publishers and name the folder with `consilience config "
        "schemas DIR`.",
        warning=True,
    ),
    # --- catalogue records: vocabularies and profiles -------------------------------------
    "FMT-330": Entry(
        "Code not in the vocabulary",
        "{code!r} is no code of {vocabulary}",
        "Look the code up in the vocabulary; codes are written with capitals and points as there.",
    ),
    "FMT-331": Entry(
        "Unknown vocabulary",
        "no vocabulary {name!r} comes with us",
        "Name one of {known}.",
    ),
    "FMT-332": Entry(
        "Not a profile",
        "{name!r} is no DDI profile: {reason}",
        "Name a profile file (DDIProfile) as CESSDA publishes them.",
    ),
    "FMT-333": Entry(
        "No profile for this record",
        "no profile comes with us for records of the namespace {namespace!r}",
        "Check a DDI-Codebook record (2.5, 2.6 or Nesstar 1.2.2), or name a profile file.",
    ),
    "FMT-334": Entry(
        "Mandatory and missing",
        "{path} is not there, and the profile makes it mandatory",
        "Add {node} in {parent}.",
    ),
    "FMT-335": Entry(
        "There and blank",
        "{path} is there and blank",
        "Fill {node} in, or take it out if the profile does not make it mandatory.",
    ),
    "FMT-336": Entry(
        "Missing where its parent is present",
        "{path} is not there, and it is mandatory where {parent} is",
        "Add {node} to this {parent}.",
    ),
    "FMT-337": Entry(
        "Recommended and missing",
        "{path} is not there, and the profile recommends it",
        "Add {node} in {parent} if it can be said; the gates basic and basic-plus pass without.",
    ),
    "FMT-338": Entry(
        "Optional and missing",
        "{path} is not there, and the gates extended and strict ask for what is optional too",
        "Add {node} in {parent} if it can be said, or check against the gate standard.",
    ),
    "FMT-339": Entry(
        "Not the one value allowed",
        "{path} is {value!r}, and the profile allows only {allowed!r}",
        "Write {allowed} there, if that is the vocabulary that was used.",
    ),
    "FMT-340": Entry(
        "Unknown code in a record",
        "{path} is {code!r}, which is no code of {vocabulary}",
        "Write a code of that vocabulary{nearest}.",
    ),
    "FMT-341": Entry(
        "No vocabulary named",
        "{path} is {value!r}, and {uri} does not say of which vocabulary",
        "Put the address of the vocabulary in {uri}.",
    ),
    "FMT-342": Entry(
        "Unknown term in a record",
        "{path} is {term!r}, which is no term of {vocabulary}",
        "Write the term as the vocabulary has it{nearest}.",
    ),
    "FMT-343": Entry(
        "More often than allowed",
        "{path} stands {count} times, and the profile allows {most}",
        "Keep the {most} that matter most.",
    ),
    "FMT-344": Entry(
        "Not in the profile",
        "{path} is there, and the profile does not know it",
        "Leave it if others need it: the catalogue will pass over it.",
    ),
    "FMT-345": Entry(
        "Vocabulary of another version or language",
        "{path} is {value!r} of {vocabulary}, which does not come with us",
        "Check the word at {uri}.",
        warning=True,
    ),
    # --- catalogue records: other forms -----------------------------------------------------
    "FMT-346": Entry(
        "Not enough for DataCite",
        "the record has no {missing}, and DataCite does without none",
        "Add the {missing} to the record.",
    ),
    "FMT-347": Entry(
        "Not DataCite metadata",
        "{name!r} holds no DataCite metadata that can be read here",
        "Name a resource of kernel 4 as XML, or the JSON that DataCite's API gives for a DOI.",
    ),
    "FMT-348": Entry(
        "Not Dublin Core",
        "{name!r} holds no oai_dc with a title",
        "Name a file of simple Dublin Core as OAI-PMH repositories give it (oai_dc).",
    ),
    "FMT-349": Entry(
        "Not a data set in JSON-LD",
        "{name!r} holds no Dataset of schema.org, alone or in an RO-Crate",
        "Name JSON-LD with a Dataset that has a name, or an ro-crate-metadata.json.",
    ),
    # --- OAI-PMH ----------------------------------------------------------------------------
    "FMT-360": Entry(
        "Not JSON",
        "the export is no JSON: {reason}",
        "Download it again, as native JSON.",
    ),
    "FMT-361": Entry(
        "Not an export of Dataverse",
        "the file is JSON, but no data set as Dataverse exports it",
        "Export the data set with the exporter `dataverse_json`, or ask the native API for it.",
    ),
}
