"""A password is long enough, also without the login in it."""

from __future__ import annotations

import pytest

from consilience.base.errors import Fault
from consilience.desk.passwords import check_password


@pytest.mark.parametrize("login", ["a", "li", "jo", "", "hors"])
def test_a_short_login_does_not_forbid_good_passwords(login):
    good = "correct horse battery staple"
    assert check_password(good, login=login) == good


@pytest.mark.parametrize("login", ["ann", "a", "correct horse", "annannann"])
def test_what_is_long_by_its_login_alone_may_not_be_taken(login):
    with pytest.raises(Fault) as told:
        check_password(f"{login} {login} {login} {login} bcd"[:200], login=login)
    assert told.value.code == "WEB-012"
