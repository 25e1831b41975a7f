"""What every page does with a form before its view reads it."""

from io import BytesIO

from starlette.datastructures import FormData, UploadFile

from courtil.web.pages import _without_nul


def test_a_text_loses_the_one_character_that_postgresql_does_not_keep_and_a_file_stays_as_it_is() -> None:
    file = UploadFile(file=BytesIO(b"a\0b"), filename="a.pdf")
    found = _without_nul(FormData([("note", "a\0b"), ("note", "c"), ("file", file)]))
    assert found.getlist("note") == ["ab", "c"]
    assert found["file"] is file
