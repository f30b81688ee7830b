"""The examples that hypothesis tries are the same in every run, whatever tests ran before in the same process."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

import editor.workflows.templates.format_content  # noqa: F401 - a module of ours with numbers in it


@pytest.mark.skipif(os.environ.get("ATELIER_HYPOTHESIS", "repeatable") != "repeatable", reason="exploring is random")
def test_no_example_comes_out_of_the_modules_that_happen_to_be_loaded() -> None:
    @given(st.floats())
    def drawn(value: float) -> None:
        assert isinstance(value, float)

    drawn()
    assert len(providers._local_constants) == 0
    assert len(providers._get_local_constants()) == 0
