"""What every answer says to the browser about itself."""

import pytest


@pytest.mark.django_db
def test_a_page_may_load_nothing_from_elsewhere_and_carries_no_script_of_its_own(client):
    answer = client.get("/sign-in")
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert policy["frame-ancestors"] == "'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_the_sign_in_page_has_what_a_browser_needs_to_fill_it(client):
    page = client.get("/sign-in").content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert '<html lang="zh-hans">' in page
