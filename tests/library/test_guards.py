"""Papers are filed, programs are not."""

from __future__ import annotations

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from qingyuan.library import guards
from qingyuan.web.fields import DocumentField
from qingyuan.web.outlets.act_forms import PaperField
from qingyuan.web.remediation.works_forms import FilesField

PROGRAMS = [
    ("木马.exe", b"x"),
    ("报告.PDF.Exe", b"x"),
    ("报告.pdf", b"MZ\x90\x00"),
    ("照片.jpg", b"\x7fELF\x02"),
    ("记录.txt", b"\xef\xbb\xbf \n<!DOCTYPE HTML><script>"),
    ("图.svg", b"<?xml version='1.0'?><svg/>"),
]
PAPERS = [
    ("报告.pdf", b"%PDF-1.7"),
    ("记录.txt", "现场记录".encode()),
    ("台账.csv", b"\xef\xbb\xbf\xe5\x90\x8d"),
    ("无名", b""),
]


@pytest.mark.parametrize(("name", "content"), PROGRAMS)
@pytest.mark.parametrize("field", [PaperField, DocumentField, FilesField])
def test_a_program_is_no_paper_whatever_its_name(field, name, content):
    with pytest.raises(forms.ValidationError, match="程序或网页文件"):
        field().clean(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(("name", "content"), PAPERS)
def test_papers_are_taken(name, content):
    assert guards.paper(name, content) is None


def test_a_paper_is_read_from_its_beginning_after_it_was_looked_at():
    given = PaperField().clean(SimpleUploadedFile("报告.pdf", b"%PDF-1.7"))
    assert given is not None
    assert given.read() == b"%PDF-1.7"
