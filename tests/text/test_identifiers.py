"""Each family of rules finds what it is for, and leaves what only looks like it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.text.identifiers.candidate import MARKED, Candidate, layers, settled, united
from consilience.text.identifiers.clues import BESIDE_NAME, is_spoken
from consilience.text.identifiers.codes import nhs_number_is_valid
from consilience.text.identifiers.find import all_candidates, find_identifiers
from consilience.text.identifiers.language_model import load_model, with_model
from consilience.text.identifiers.tables import Lexicon, entries, nicknames, table


def marked(text, **more):
    """Return what is marked, as words and kind."""
    found = find_identifiers(text, Lexicon(**more))
    return {(text[c.start : c.end], c.kind) for c in found if c.score >= MARKED}


@pytest.mark.parametrize(
    ("text", "words", "kind"),
    [
        ("It was signed by Mrs Archer herself.", "Mrs Archer", "person"),
        ("It was signed by Dr. K.H. Christoph-Weber.", "Dr. K.H. Christoph-Weber", "person"),
        ("We saw Ngozi Okafor's file there.", "Ngozi Okafor", "person"),
        ("The report by Łukasz Nowak came late.", "Łukasz Nowak", "person"),
        ("It went to Ludwig van den Berg then.", "Ludwig van den Berg", "person"),
        ("A paper by mrs pellow was lost.", "mrs pellow", "person"),
        ("The boys call him Smudge, mostly.", "Smudge", "person"),
        ("It concerned Child L, who left.", "Child L", "person"),
        ("She taught at Lark Hill Primary School then.", "Lark Hill Primary School", "school"),
        ("She went on to St Joe's after that.", "St Joe's", "person"),
        ("She taught at Oakfield primary then.", "Oakfield primary", "school"),
        ("He rang Wexburyshire County Council twice.", "Wexburyshire County Council", "authority"),
        ("It went to the Poznań Court of Appeal.", "Poznań Court of Appeal", "organisation"),
        ("the Ministry of Labour and Social Security", "Ministry of Labour and Social Security",
         "organisation"),
        ("It happened in Leeds that week.", "Leeds", "place"),
        ("They live on Cutler Street there.", "Cutler Street", "place"),
        ("Write to 12 Harbour View Road today.", "12 Harbour View Road", "address"),
        ("The postcode LS6 3QN is wrong.", "LS6 3QN", "address"),
        ("Ring 01632 960 455 after six.", "01632 960 455", "contact"),
        ("Ring +44 1632 960455 after six.", "+44 1632 960455", "contact"),
        ("Write to a.b-c@school.example now.", "a.b-c@school.example", "contact"),
        ("He is @gho5t.nn14 on there.", "@gho5t.nn14", "contact"),
        ("I think he's on Instagram as jaydz_e3, yeah.", "jaydz_e3", "contact"),
        ("See www.larkhill.sch.uk/news first.", "www.larkhill.sch.uk/news", "contact"),
        ("NHS number 943 476 5919 was used.", "943 476 5919", "code"),
        ("Her NI number is QQ 12 34 56 C here.", "QQ 12 34 56 C", "code"),
        ("His UPN, A123456789012, was wrong.", "A123456789012", "code"),
        ("The school has URN 123456 there.", "123456", "code"),
        ("application no. 18403/91 was lodged", "18403/91", "code"),
        ("Case file CP-2017/0042 was closed.", "CP-2017/0042", "code"),
        ("It has our number, CP 40721-C, on it.", "CP 40721-C", "code"),
        ("It was on 14 and 27 July 1999 that", "14 and 27 July 1999", "date"),
        ("It was on 03/04/2017 that", "03/04/2017", "date"),
        ("It was in 2016-17 that", "2016-17", "date"),
        ("the third of March two thousand and eight", "the third of March two thousand and eight",
         "date"),
        ("It took three years and two months to", "three years and two months", "date"),
        ("a boy aged 14 was there", "aged 14", "age"),
        ("a 14-year-old boy", "14-year-old", "age"),
        ("She is in her late forties.", "in her late forties", "age"),
        ("a Turkish national", "Turkish national", "people"),
        ("They are Jehovah's Witnesses there.", "Jehovah's Witnesses", "faith"),
        ("He worked as a reindeer herder.", "reindeer herder", "occupation"),
        ("He has muscular dystrophy.", "muscular dystrophy", "health"),
        ("He had a tonsillitis.", "tonsillitis", "health"),
        ("He was paid 100,000 Turkish liras (TRL) for", "100,000 Turkish liras (TRL)", "quantity"),
        ("He was paid £3,250.50 for", "£3,250.50", "quantity"),
        ("together with sixteen other persons", "sixteen other persons", "quantity"),
    ],
)  # fmt: skip
def test_a_family_finds_its_own(text, words, kind):
    assert (words, kind) in marked(text)


@pytest.mark.parametrize(
    "text",
    [
        "However, the Court noted that Article 6 § 1 of the Convention applies.",
        "Under Rule 52 § 1 and Protocol No. 11 the Government replied.",
        "The polish on the table may mark the grass green.",
        "THE FACTS\n\nI. THE CIRCUMSTANCES OF THE CASE\n",
        "Safeguarding is what schools do, and teachers know.",
        "Q. How does that work?\nA. Not well.\n[00:03:15]",
        "I: Anything?\nR1 (laughs): No.\nR1: Yes indeed, R1 said so.\n",
        "I: Anything?\nP1 [crying]: No.\nI: So?\nP1 [crying]: Yes.\n",
    ],
)
def test_what_only_looks_like_a_name_is_left(text):
    assert marked(text) == set()


def test_brackets_beside_a_speaker_are_no_part_of_the_name():
    text = "Ann Ash (laughs): I do.\nAnn Ash (Bobby): So.\nAnn Ash (Head teacher): No.\n"
    found = [text[c.start : c.end] for c in find_identifiers(text) if c.score >= MARKED]
    assert found == ["Ann Ash", "Ann Ash", "Bobby", "Ann Ash"]


def test_a_name_found_once_counts_at_the_start_of_a_sentence():
    text = "We met Zaynab there. Will came too. Zaynab left. I rang William Tait."
    found = [text[c.start : c.end] for c in find_identifiers(text) if c.score >= MARKED]
    assert found.count("Zaynab") == 2
    assert "Will" in found


def test_a_verb_that_is_also_a_name_is_no_name():
    text = "I rang William Tait. Will you come? Will the school know?"
    assert "Will" not in {words for words, _ in marked(text)}


def test_names_of_the_study_are_found():
    text = "They moved from Bath and North East Somerset to Fernleigh Free."
    found = marked(text, areas=("Bath and North East Somerset",), schools=("Fernleigh Free",))
    assert ("Bath and North East Somerset", "place") in found
    assert ("Fernleigh Free", "school") in found


@pytest.mark.parametrize(
    "clue",
    [
        "It's the only special school in the county",
        "her dad is the lighthouse keeper",
        "she was a nun until she came to us",
        "they live above the chip shop",
    ],
)
def test_an_indirect_clue_is_found_in_speech(clue):
    text = f"I: And you?\nR: Yes, well, I think you know. {clue}, isn't it. We do what we can.\n"
    assert is_spoken(text)
    found = find_identifiers(text)
    covered = {at for c in found if c.score >= MARKED for at in range(c.start, c.end)}
    start = text.index(clue)
    assert set(range(start, start + len(clue))) - covered <= {
        at for at in range(len(text)) if text[at] == " "
    }


def test_a_clue_does_not_hide_the_names_in_it():
    text = "I: Yes?\nR: I know. Jane Smith is the only vicar in Poole, you see, and we like her.\n"
    found = {(text[c.start : c.end], c.kind) for c in find_identifiers(text)}
    assert ("Jane Smith", "person") in found
    assert ("Poole", "place") in found
    assert any(kind == "feature" for _, kind in found)


def test_documents_have_no_clues():
    text = "The applicant was the only witness. The Court held that his father had died."
    assert not is_spoken(text)
    assert not [c for c in all_candidates(text) if c.kind in ("clue", "feature")]


def test_brackets_are_left_alone_unless_they_surely_name_somebody():
    text = "[School A] and [Ann] and [laughs] and [Mrs Archer leaves] and [Person 1], [March 2017]"
    assert marked(text) == {("Mrs Archer", "person")}
    assert marked("[Mrs Archer]", replacements=frozenset(["[Mrs Archer]"])) == set()


def test_candidates_never_overlap_and_nothing_found_is_lost():
    found = [
        Candidate(0, 5, "place", "a", "quasi", 0.9),
        Candidate(3, 12, "school", "b", "quasi", 0.8),
        Candidate(12, 14, "date", "c", "quasi", 0.8),
        Candidate(1, 4, "code", "d", "direct", 0.9),
    ]
    kept = settled(found)
    assert [(c.start, c.end) for c in kept] == [(0, 5), (5, 12), (12, 14)]


def test_two_rules_that_find_parts_of_one_clause_make_one_feature_that_ends_in_a_word():
    text = "She keeps bees, and rides."
    found = [
        Candidate(0, 10, "feature", "a", "quasi", 0.5),
        Candidate(4, 16, "feature", "b", "quasi", 0.5),
        Candidate(19, 26, "feature", "c", "quasi", 0.5),
    ]
    kept = united(text, found)
    assert [(text[c.start : c.end], c.rule) for c in kept] == [
        ("She keeps bees", "b"),
        ("rides", "c"),
    ]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Mrs Archer",
                "İstanbul",
                "’s",
                " ",
                "\n",
                "[",
                "]",
                "Q.",
                "12",
                "/",
                "the",
                "Kwame",
                "aged",
                "3 May 2017",
                "😀",
                "-",
                "I'm",
                "no.",
                "A",
                ".",
                ",",
                "@",
                "£",
                "only",
                "ß",
            ]
        ),
        max_size=30,
    )
)
def test_any_text_gives_ordered_spans_within_it(pieces):
    text = "".join(pieces)
    found = find_identifiers(text)
    for kinds in layers(found):
        at = 0
        for each in kinds:
            assert at <= each.start < each.end <= len(text)
            at = each.end


@settings(max_examples=50)
@given(st.integers(min_value=0, max_value=999_999_999))
def test_one_changed_digit_is_no_nhs_number(body):
    digits = f"{body:09}"
    valid = [last for last in "0123456789" if nhs_number_is_valid(digits + last)]
    assert len(valid) <= 1
    assert not nhs_number_is_valid(digits)


def test_the_tables_are_sound():
    for name in ("first_names", "surnames", "places", "peoples", "occupations", "health", "kin",
                 "common", "heads", "clues", "closed", "words", "openings"):  # fmt: skip
        assert all(table(name).values()), name
        assert all(entry == entry.strip() for entry in entries(name))
    assert "debbie" in nicknames()["deborah"]
    assert {heading[0] for heading in table("occupations")} >= set("123456789")


def test_a_model_that_is_not_there_is_told():
    with pytest.raises(Fault) as caught:
        load_model("no_such_model_here")
    assert caught.value.code == "TXT-021"


def test_what_a_model_finds_is_taken_in():
    text = "Ask quill about it."
    model = lambda _: [Candidate(4, 9, "person", "language model", "direct", 0.5)]  # noqa: E731
    assert find_identifiers(text) == []
    assert [text[c.start : c.end] for c in with_model(text, [], model)] == ["quill"]


@pytest.mark.parametrize(
    "unit",
    [
        "1,",
        "1/",
        "I was the ",
        "The Court of the ",
        "a@",
        "'s ",
        "12 and ",
        "W-",
        "the only ",
        "Ann at the ",
        "a nurse for the ",
        "two hundred and ",
        "the old house on ",
    ],
)
@pytest.mark.usefixtures("never_stuck")
def test_no_text_takes_more_than_its_length(unit):
    count = 40_000
    assert all(0 <= each.start < each.end <= len(unit) * count
               for each in find_identifiers(unit * count))  # fmt: skip


LOWER = "so yeah i foster and i said to her well you know "


@pytest.mark.parametrize(
    ("said", "words", "kind"),
    [
        ("my name is maureen adeyemi and i work nights", "maureen adeyemi", "person"),
        ("then kelvin doyle came round", "kelvin doyle", "person"),
        ("he went to saint wulfric's in the end", "saint wulfric's", "school"),
        ("they came from harkenfield last year", "harkenfield", "place"),
        ("ring me on oh seven double nine one two two four", "", "contact"),
        (
            "it's jo dot bloggs at somewhere dot org",
            "jo dot bloggs at somewhere dot org",
            "contact",
        ),
    ],
)
def test_a_recogniser_without_capitals_hides_no_names(said, words, kind):
    found = marked(f"{LOWER}{said} {LOWER}")
    assert any(kind == each and words in passage for passage, each in found)


@pytest.mark.parametrize(
    "clause",
    [
        "the only blind juggler in the valley",
        "her uncle was the last keeper of the light",
        "diagnosed with a rare blood disorder",
        "a former trawler skipper",
        "been in prison for fraud",
        "lives above the betting shop",
    ],
)
def test_what_is_said_of_somebody_is_a_feature_and_hides_no_name(clause):
    text = f"I: Yes?\nR: I know what you mean. Yes, she said {clause}, and I told Jane Smith.\n"
    found = marked(text)
    assert any(kind == "feature" and clause in passage for passage, kind in found)
    assert ("Jane Smith", "person") in found


def test_a_name_alone_makes_no_sentence_a_clue():
    text = "Maureen: Well, I think we do.\nKelvin: Yes. I asked Maureen to ring them back then.\n"
    found = [(text[c.start : c.end], c.kind) for c in find_identifiers(text) if c.score >= MARKED]
    assert found == [("Maureen", "person"), ("Kelvin", "person"), ("Maureen", "person")]


def test_what_is_said_in_one_breath_with_a_name_is_shown_with_it():
    text = "Kelvin: Yes, I think so. Maureen Adeyemi rang. We do.\n"
    found = [(text[c.start : c.end], c.kind, c.rule) for c in find_identifiers(text)]
    assert ("Maureen Adeyemi rang", "clue", BESIDE_NAME) in found


def test_terse_notes_count_as_speech():
    assert is_spoken("Visit. No answer. Neighbour out. Rang school. Mum tearful.\n" * 8)


def test_a_name_typed_without_its_capital_is_found_where_it_stood_with_one():
    found = marked("Aisling rang. I said yes. Then aisling was safe, you know. I like Aisling.")
    assert ("aisling", "person") in found


def test_a_family_is_masked_with_whom_it_belongs_to():
    assert ("my wife", "family") in marked("I asked, and my wife Maureen said yes.")
    assert ("Ottershaw twins", "person") in marked("I watched the Ottershaw twins, you know.")


@pytest.mark.parametrize("label", ["I", "R1", "P 2", "DSL1", "Speaker 2", "Participant 10", "INT"])
def test_labels_that_name_nobody_are_left_alone(label):
    text = f"{label}: We ring the front door.\n[00:01:02] {label}: Mrs Archer rang on 3 May 2017.\n"
    found = [text[each.start : each.end] for each in find_identifiers(text) if each.score >= 0.5]
    assert label not in found
    assert "Mrs Archer" in found


def test_the_own_number_of_a_talk_is_left_alone():
    text = "Interview: S01\nParticipant number: 12\nSchool: Oak Tree Primary\n\nI: Yes.\n"
    found = [text[each.start : each.end] for each in find_identifiers(text) if each.kind != "clue"]
    assert found == ["Oak Tree Primary"]


def test_a_name_before_what_somebody_said_is_found():
    text = "Debbie: We ring.\nMr Khan: Yes.\nDebbie: Good.\n"
    found = {text[each.start : each.end] for each in find_identifiers(text) if each.score >= 0.5}
    assert {"Debbie", "Mr Khan"} <= found


@pytest.mark.parametrize("label", ["R2: ", "[00:01:02] R2: ", "Mrs Ash: ", "**R2:** "])
def test_a_clue_begins_after_the_label_of_who_speaks(label):
    said = "Everybody knows the head there, and you'd know her too."
    text = f"I: Yes?\n{label}{said} We know.\nI: You do.\n{label}Yes.\n"
    found = [text[c.start : c.end] for c in find_identifiers(text) if c.kind == "clue"]
    assert found == [said[:-1]]


@pytest.mark.parametrize("label", ["R2: ", "[00:01:02] R2: ", "Mrs Ash: ", "**R2:** "])
def test_a_clause_begins_after_the_label_of_who_speaks(label):
    said = "She's the only special school head in the county."
    text = f"I: Yes?\n{label}{said} We know.\nI: You do.\n{label}Yes.\n"
    found = [text[c.start : c.end] for c in find_identifiers(text) if c.kind == "feature"]
    assert found == [said[:-1]]


SAID = "I: Yes?\nR: I know what you mean, we do. {} That's it.\nI: Right. And then?\n"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        # names
        ("Then Bill Dunmore came with Grace Rule.", "Bill Dunmore|Grace Rule"),
        ("I rang Miss Day about it.", "Miss Day"),
        ("It was Her Honour Judge Quillam there.", "Her Honour Judge Quillam"),
        ("The name is Oduya, O, D, U, Y, A, yes.", "Oduya, O, D, U, Y, A"),
        ("We wrote about XW in the book.", "XW"),
        ("Without her name, but May, who chairs it, guessed.", "May"),
        ("We had a row. Will said he would.", "Will"),
        ("Then I told ap Gwilym so.", "ap Gwilym"),
        ("It was about Family R. It'll be published.", "Family R"),
        ('Dr Ama Boateng ("Dr A") was there.', "Dr A"),
        ("They wrote to Fernbridge children's services.", "Fernbridge children's services"),
        ("I met a lady called Mrs Trubshaw then.", "a lady called Mrs Trubshaw"),
        ("I would ring Jean at the hub.", "Jean at the hub"),
        # roles in full
        ("I'm assistant head for behaviour and attitudes here.",
         "assistant head for behaviour and attitudes"),
        ("She was specialist community public health nurse then.",
         "specialist community public health nurse"),
        ("He is a lapsed Methodist lay preacher, you know.", "lapsed Methodist lay preacher"),
        # places in full
        ("They're in the old police house on Chapel Row now.",
         "the old police house on Chapel Row"),
        ("He is at Oakley Towers, near Fernbridge, yes.", "Oakley Towers, near Fernbridge"),
        # what somebody is, has, does, went through
        ("There was only one of four left in the valley.", "one of four left in the valley"),
        ("She's the largest Tamil-speaking farmer in the borough.",
         "the largest Tamil-speaking farmer in the borough"),
        ("He keeps ferrets and brings them in.", "keeps ferrets"),
        ("She's building the new tram bridge.", "building the new tram bridge"),
        ("The caretaker, who was a wrestler once, left.", "The caretaker, who was a wrestler once"),
        ("And he couldn't read, so I did.", "couldn't read"),
        ("Mum was off with her nerves again.", "off with her nerves"),
        ("He got four years for the arson.", "got four years for the arson"),
        ("He is a cousin of mine.", "a cousin of mine"),
        ("She lost both parents in the same car crash.", "lost both parents in the same car crash"),
        ("It was the Brigadier's daughter who rang.", "Brigadier's daughter"),
        ("She has a cochlear implant now.", "cochlear implant"),
        ("They came to us from Eritrea by way of Calais.", "from Eritrea by way of Calais"),
        ("They are mixed, white and Black Caribbean, you know.",
         "mixed, white and Black Caribbean"),
        ("It was a bruise the shape of an iron.", "bruise the shape of an iron"),
        ('It was in the paper, "taxi man throttled boy over a belt", it said.',
         "taxi man throttled boy over a belt"),
        # ages, days, numbers
        ("He's ten now, so he was four.", "ten now, so he was four"),
        ("She came over at nineteen, she did.", "nineteen"),
        ("She was in Reception then, you see.", "was in Reception"),
        ("We have three to nineteen, all in.", "three to nineteen"),
        ("She was nine weeks short of her fifth birthday.",
         "nine weeks short of her fifth birthday"),
        ("It was the day of the coach crash.", "the day of the coach crash"),
        ("It was w/c 15 January 2018 that they came.", "w/c 15 January 2018"),
        ("We met on 12.iv.18 there.", "12.iv.18"),
        ("I left in 1999 and came back.", "left in 1999"),
        ("It's a school of 38 now.", "a school of 38"),
        ("She got on the 86A there.", "86A"),
        ("It's case note 40021-77, I think.", "40021-77"),
    ],
)  # fmt: skip
def test_people_tell_of_somebody_in_many_ways(said, words):
    text = SAID.format(said)
    assert is_spoken(text)
    covered = bytearray(len(text))
    for each in find_identifiers(text):
        if each.score >= MARKED:
            covered[each.start : each.end] = b"\x01" * (each.end - each.start)
    for part in words.split("|"):
        start = text.index(part)
        bare = [part[at] for at in range(len(part)) if not covered[start + at]]
        assert not [letter for letter in bare if letter.isalnum()]


@pytest.mark.parametrize(
    "said",
    [
        "I'm a social worker.",
        "She's the head, and he's a teacher.",
        "We ring twice a week, in the mornings.",
        "It took twenty minutes, or fifty hours.",
        "He only rang once.",
        "They asked if I could send a referral, and I did.",
        "We wait until eleven and go home.",
        "It says so on page thirty-one.",
        "The thing is that nobody asks the heads.",
        "Every year we have the same question.",
    ],
)
def test_what_says_nothing_of_anybody_is_left_in_speech(said):
    assert marked(SAID.format(said)) == set()


def test_times_of_captions_and_numbers_of_lines_are_no_numbers_of_anybody():
    text = "22:30.520 --> 22:35.520\nYeah, I think so.\n\n22:36.100 --> 22:39.000\nWe do.\n"
    assert marked(text * 3) == set()
    assert marked("I think you know.\n41\nWe do, yes.\n42\nThat's it.\n43\n" * 3) == set()


def test_each_rule_of_descriptions_knows_the_words_that_open_it():
    # A rule is tried only where one of its words stands: what it finds must begin with one.
    opened = {word for words in table("openings").values() for word in words}
    for said in ("he keeps ferrets", "my gran drives a van", "sectioned twice", "our oldest hand"):
        assert said.split()[0] in opened
