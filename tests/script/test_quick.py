"""`script/test --quick` finds the tests of what was changed."""

from _runner import quick


def test_a_module_with_a_test_of_its_own_has_that_one() -> None:
    assert list(quick.tests_of("hmic_core/sent_once.py")) == ["tests/hmic_core/test_sent_once.py"]


def test_another_has_those_of_the_nearest_package_that_has_some() -> None:
    found = list(quick.tests_of("findings/accuracy/response_log/offers.py"))
    assert "tests/findings/accuracy/response_log/test_foreign_logs.py" in found
    assert all(each.startswith("tests/findings/accuracy/response_log/") for each in found)


def test_a_test_is_its_own_and_what_is_no_code_has_none() -> None:
    assert list(quick.tests_of("tests/script/test_quick.py")) == ["tests/script/test_quick.py"]
    assert list(quick.tests_of("static/site.css")) == []
    assert "tests/test_architecture.py" in quick.selection()
