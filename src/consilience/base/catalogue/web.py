"""WEB: the web face."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # WEB-001 to WEB-009: the server
    "WEB-001": Entry(
        "Open to the network without TLS",
        "{host} would carry passwords and transcripts over the network as plain text",
        "Keep 127.0.0.1 with a proxy for TLS in front of it, or say with "
        "`--public-url https://...` that one stands there.",
    ),
    "WEB-002": Entry(
        "Not a public address",
        "{url!r} is not the address of a site behind TLS",
        "Write it as https://name or https://name:port, without a path.",
    ),
    "WEB-003": Entry(
        "Address is taken",
        "{host}:{port} cannot be listened on: {reason}",
        "End what listens there, or name another one with `--port`.",
    ),
    # WEB-010 to WEB-019: signing in
    "WEB-010": Entry(
        "Not signed in",
        "login and password do not belong together, or the account is closed",
        "Try again, or ask the research lead for a new password.",
    ),
    "WEB-011": Entry(
        "Too many attempts",
        "there were too many attempts to sign in",
        "Wait {minutes} minutes and try again.",
    ),
    "WEB-012": Entry(
        "Password may not be taken",
        "this password may not be taken: {why}",
        "Choose at least {shortest} characters; four plain words are good.",
    ),
    "WEB-013": Entry(
        "Password not changed",
        "the password was not changed: {why}",
        "Type the present password, then a new one, twice the same.",
    ),
    # WEB-020 to WEB-033: what an error page says
    "WEB-020": Entry(
        "Form has expired",
        "what was sent did not come from a page of this session",
        "Go back, load the page again and send it once more; nothing was changed.",
    ),
    "WEB-021": Entry(
        "Sent from elsewhere",
        "what was sent came from a page of another site",
        "Open this site itself and do it there; nothing was changed.",
    ),
    "WEB-022": Entry(
        "Not for your role",
        "this page is for {roles}",
        "Ask the research lead if you need it.",
    ),
    "WEB-023": Entry(
        "Unknown host name",
        "this server does not answer to the host name it was asked by",
        "Use the address that `consilience serve` printed, or give it with `--public-url`.",
    ),
    "WEB-024": Entry(
        "Too large",
        "what was sent is larger than {most} kilobytes",
        "Send less at a time; nothing was changed.",
    ),
    "WEB-025": Entry(
        "Page not found",
        "there is no page at this address",
        "Check the address, or start again from the first page.",
    ),
    "WEB-026": Entry(
        "Not possible here",
        "this address cannot be used in this way",
        "Go back and use the buttons of the page.",
    ),
    "WEB-027": Entry(
        "Not understood",
        "what was sent could not be read: {why}",
        "Go back, load the page again and send it once more; nothing was changed.",
    ),
    "WEB-028": Entry(
        "Something went wrong",
        "the page could not be made, and this is our mistake",
        "Try again; if it happens again, tell the people who run this site the number below.",
    ),
    "WEB-030": Entry(
        "Nothing chosen",
        "no {what} was chosen",
        "Choose one or more turns and one code, then mark.",
    ),
    "WEB-031": Entry(
        "Nothing written",
        "the {what} is empty",
        "Write something first, then send it.",
    ),
    "WEB-032": Entry(
        "No room left",
        "the disk of the server is full, so that nothing was saved",
        "Tell the people who run this site; once there is room, do the same again.",
    ),
    "WEB-033": Entry(
        "Somebody else is writing",
        "something else was written for so long that nothing was saved",
        "Try again in a moment.",
    ),
    # WEB-040 to WEB-049: settling, speakers, pseudonyms
    "WEB-040": Entry(
        "Words not in the text",
        "the words of the other passage do not stand in the text as they were sent",
        "Select them in the text, or copy them from it.",
    ),
    "WEB-041": Entry(
        "Vault not opened",
        "the pass phrase does not open the vault",
        "Type the pass phrase with which it was made; without it nobody can open the vault.",
    ),
    "WEB-042": Entry(
        "Changed since",
        "turn {number} begins elsewhere now, as somebody has corrected turns since",
        "Look at the turns as they are now, and correct again what is still wrong.",
    ),
    "WEB-043": Entry(
        "Further than checked",
        "the text is {state} already, and to mark it as checked would be a step back",
        "Leave it as it is, or go back with `consilience transcripts state`.",
    ),
    "WEB-044": Entry(
        "Words not in the turn",
        "the words with which the second turn is to begin do not stand in turn {number}",
        "Select them in the turn, or copy them from it.",
    ),
    "WEB-045": Entry(
        "No such mention",
        "the entity is not named at the place that was sent",
        "Load the page again: the names may have been looked through anew.",
    ),
    "WEB-046": Entry(
        "Nothing of that name",
        "there is no such text, case or coder, or nothing of it may be seen yet",
        "Choose one from the lists, or leave the field empty.",
    ),
    # WEB-050 to WEB-059: transcripts that are brought in
    "WEB-050": Entry(
        "No file chosen",
        "no file was sent",
        "Choose one or several files and send the form again.",
    ),
    "WEB-051": Entry(
        "Too many files",
        "more than {most} files were sent at once",
        "Send them in several goes, or have `consilience transcripts import` take a whole folder "
        "on the server; nothing came in.",
    ),
    "WEB-052": Entry(
        "Files too large",
        "the files have more than {most} megabytes together",
        "Send fewer at a time, or have `consilience transcripts import` take them on the server; "
        "nothing came in.",
    ),
    "WEB-053": Entry(
        "Study file has errors",
        "the study file says whether texts go into the vault, and there are errors in it",
        "Mend what `consilience check` on the server tells; until then nothing comes in.",
    ),
    "WEB-054": Entry(
        "Vault not open",
        "these texts may name people, and the vault is not open in your session",
        "Open the vault and choose the files again, or say why their words can name nobody; "
        "nothing came in.",
    ),
    # WEB-060 to WEB-079: readers of a catalogue and what they may have
    "WEB-060": Entry(
        "Not an e-mail address",
        "{value!r} is not an e-mail address to which a mail can be sent",
        "Type it as name@place.example, without spaces.",
    ),
    "WEB-061": Entry(
        "Link no longer valid",
        "this link has run out, was used already, or is not whole",
        "Ask for a new one on the page from which it came.",
    ),
    "WEB-062": Entry(
        "Sign in to have this file",
        "the file {path} is {level}: it is given to registered users only",
        "Sign in, or register; then accept the terms of use.",
    ),
    "WEB-063": Entry(
        "Confirm your address first",
        "your e-mail address is not confirmed yet",
        "Open the link in the mail that was sent to you, or send the mail again from your account.",
    ),
    "WEB-064": Entry(
        "Accept the terms first",
        "you have not accepted version {version} of the terms of use",
        "Read them and accept them on the page Terms of use.",
    ),
    "WEB-065": Entry(
        "Approval is needed",
        "the file {path} is controlled, and no project of yours is approved for it",
        "Ask for it on the page of the study, and say what you want it for.",
    ),
    "WEB-066": Entry(
        "Under embargo",
        "the file {path} can be had from {day} on",
        "Come back then; the description of the study is open now.",
    ),
    "WEB-067": Entry(
        "Withdrawn",
        "the study was withdrawn on {day}: {reason}",
        "Look for another study; who runs this catalogue can say more.",
    ),
    "WEB-068": Entry(
        "Decided already",
        "the request is {state} already",
        "Load the page again to see it as it is now.",
    ),
    "WEB-069": Entry(
        "Terms are newer",
        "the terms of use have changed to version {version} since the page was made",
        "Load the page again and read them; nothing was accepted.",
    ),
    "WEB-070": Entry(
        "Asked already",
        "the same is asked for in a request that waits to be decided",
        "Wait for the answer; it comes by e-mail and stands on the page Account.",
    ),
    # WEB-100 to WEB-109: what rooms below say to who types commands, said to who uses a page
    "WEB-100": Entry(
        "Text not given to you",
        "{document!r} was not given to you to code",
        "Ask the research lead to give it to you; it then stands on the page Texts.",
    ),
    "WEB-101": Entry(
        "Text you have not given yourself",
        "{document!r} was not given to you to code",
        "Give it to yourself on its page Who codes it, if you are to code it too.",
    ),
}
