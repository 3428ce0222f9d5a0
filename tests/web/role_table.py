"""What holds for every table of addresses and roles, of a study or a catalogue."""

import re

from made_site import token_of


def address_of(path):
    """Return a path with something in each of its gaps."""
    return re.sub(r"\{\w+\}", "x", path)


def check_whole(app, table):
    """Require that the table holds every address of an application, and no other."""
    there = {(method, route.path) for route in app.routes for method in route.methods - {"HEAD"}}
    assert there == set(table)


def check_role(client, table, role, *, left_out=("/sign-out",)):
    """Require that somebody with one role gets in just where the table says.

    Addresses that begin or end as `left_out` says are not asked: they would end the session, or
    never end by themselves.
    """
    token = token_of(client.get("/account"))
    for (method, path), allowed in table.items():
        if path.startswith(left_out) or path.endswith(left_out):
            continue
        data = {"csrf": token} if method == "POST" else None
        answer = client.request(method, address_of(path), data=data)
        shut = answer.status_code == 403 and "WEB-022" in answer.text
        expected = allowed != "public" and role not in allowed
        assert shut == expected, (method, path, role, answer.status_code)


def check_stranger(visitor, table, *, public):
    """Require that a stranger is sent to sign in everywhere but where the table says `public`.

    Args:
        visitor: a client without a session.
        table: addresses and who may use them.
        public: the answers that a public address may give.
    """
    for (method, path), allowed in table.items():
        answer = visitor.request(method, address_of(path))
        if allowed == "public":
            assert answer.status_code in public, path
            assert "/sign-in" not in answer.headers.get("location", ""), path
        else:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in"), path
