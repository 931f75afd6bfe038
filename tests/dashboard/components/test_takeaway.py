from __future__ import annotations

from tests.dashboard.fakes import REQUIRED, FakeRegistry, fill, opened, services, show, words


def test_what_is_taken_away_is_made_when_it_is_asked_for(registry: FakeRegistry) -> None:
    page = opened(fill(show("patient", services(registry)), REQUIRED), "Report")
    assert page.get_by_key("takeaway.receipt").label == "Receipt (JSON)"
    assert "nothing of them is kept here" in words(page)
