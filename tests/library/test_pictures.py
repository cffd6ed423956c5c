"""影像: a photograph is known again however it was altered within what people do, and no other is taken for it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from qingyuan.core import pictures as prints
from qingyuan.core.access import CONSOLE
from qingyuan.library import actions, pictures, queries
from qingyuan.library import prints as held
from qingyuan.library.models import Picture
from tests import build
from tests.library import photos

SCENES = st.integers(0, 400)
PARTS = st.floats(0, prints.CROP_AT_MOST)


@cache
def scene(seed: int) -> Image.Image:
    return photos.scene(seed)


def shade(image: Image.Image, *, quality: int = 80) -> prints.Floats:
    said = pictures.read(photos.jpeg(image, quality=quality))
    assert said is not None
    return said.shade


@cache
def shade_of(seed: int) -> prints.Floats:
    return shade(scene(seed))


def keep(content: bytes, name: str = "照片.jpg") -> str:
    return actions.file_bytes(content, name=name, by=CONSOLE, at=build.NOON).sha256


@settings(max_examples=25)
@given(
    seed=SCENES,
    quality=st.integers(25, 95),
    size=st.floats(0.35, 2),
    cut=st.tuples(PARTS, PARTS, st.floats(0, 1), st.floats(0, 1)),
    light=st.floats(0.8, 1.2),
    turns=st.integers(0, 3),
)
def test_a_photograph_encoded_resized_cropped_brightened_and_turned_is_the_same_both_ways(
    seed, quality, size, cut, light, turns
):
    across, down, left, top = cut
    altered = photos.cropped(
        scene(seed), left=across * left, right=across * (1 - left), top=down * top, bottom=down * (1 - top)
    )
    altered = altered.resize((round(altered.width * size), round(altered.height * size)))
    altered = photos.brightened(altered, light).rotate(90 * turns, expand=True)
    seen = shade(altered, quality=quality)
    assert prints.same(seen, shade_of(seed))
    assert prints.same(shade_of(seed), seen)


def test_of_ten_thousand_pairs_of_different_photographs_at_most_one_is_taken_for_the_same():
    shades = [shade_of(seed) for seed in range(1000, 1110)]
    others = np.stack([prints.print_of(one) for one in shades])
    found = sum(len([m for m in prints.search(one, others) if m.index != own]) for own, one in enumerate(shades))
    assert len(shades) * (len(shades) - 1) > 10_000
    assert found <= 1


def test_a_million_prints_that_have_nothing_to_do_with_a_photograph_are_all_left_aside():
    chance = np.random.default_rng(7)
    many = chance.integers(0, 2**64, size=(200_000, prints.WORDS), dtype=np.uint64)
    many[4711] = prints.print_of(shade(scene(3).rotate(90, expand=True)))
    assert [one.index for one in prints.search(shade_of(3), many)] == [4711]


@settings(max_examples=25)
@given(seed=SCENES, near=st.lists(st.integers(0, 20), min_size=1, max_size=40), draw=st.integers(0, 2**32))
def test_looks_asked_together_find_what_each_look_alone_finds(seed, near, draw):
    drawn = np.random.default_rng(draw)
    seen = np.array([words[0] for _look, words in prints.looks(shade_of(seed))])
    flips = [sum(1 << int(bit) for bit in drawn.choice(64, size=many, replace=False)) for many in near]
    first = drawn.choice(seen, size=len(near)) ^ np.array(flips, dtype=np.uint64)
    together = {(number, int(index)) for number, found in prints._near(first, seen) for index in found}
    apart = np.bitwise_count(seen[:, None] ^ first)
    assert together == {tuple(map(int, at)) for at in np.argwhere(apart <= prints.FIRST_AT_MOST)}


def test_pictures_that_show_nothing_are_not_alike():
    black = np.zeros((prints.GRID, prints.GRID), dtype=np.float32)
    assert prints.is_flat(black)
    assert not prints.same(black, black)
    assert prints.search(black, np.zeros((3, prints.WORDS), dtype=np.uint64)) == []


def test_time_place_and_direction_are_read_from_the_photograph():
    taken = datetime(2024, 3, 5, 9, 30)
    said = pictures.read(photos.photo(1, at=taken, position=(113.301234, 40.081234), bearing=271.5))
    assert said is not None
    assert said.taken_at == datetime(2024, 3, 5, 1, 30, tzinfo=UTC)
    assert [float(one) for one in said.position] == pytest.approx([113.301234, 40.081234], abs=2e-6)
    assert said.bearing_deg == pytest.approx(271.5)
    assert (said.width, said.height) == (480, 360)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"\xff\xd8\xff" + b"x" * 500, b"\x89PNG\r\n\x1a\nno", b"BM"])
def test_what_is_no_picture_is_no_error(content):
    assert pictures.read(content) is None


def test_a_photograph_cut_short_is_no_error():
    whole = photos.photo(5)
    for length in (20, 200, len(whole) // 2):
        pictures.read(whole[:length])


@pytest.mark.django_db
def test_a_photograph_filed_again_altered_is_found_at_once():
    original = keep(photos.photo(11))
    copy = keep(photos.jpeg(photos.brightened(photos.cropped(scene(11), left=0.08), 1.15), quality=50))
    other = keep(photos.photo(12))
    assert [one.sha256 for one in queries.copies_of(original)] == [copy]
    assert [one.sha256 for one in queries.copies_of(copy)] == [original]
    assert queries.copies_of(other) == []
    turned = keep(photos.png(scene(12).rotate(180)), "截图.png")
    assert [one.sha256 for one in queries.copies_of(other)] == [turned]


@pytest.mark.django_db
def test_what_is_held_already_and_what_came_since_are_both_found(monkeypatch):
    monkeypatch.setattr(held, "WORTH", 2)
    monkeypatch.setattr(held, "UNSETTLED", 1)
    here, known = held.Held(), []
    for seed in range(5):
        known.append(keep(photos.jpeg(scene(seed))))
        found = [[sha256 for sha256, _distance in here.search(shade_of(one))] for one in range(seed + 1)]
        assert found == [[one] for one in known]
    assert len(here._settled) >= 2


@pytest.mark.django_db
def test_a_photograph_held_sideways_is_the_one_its_orientation_says():
    upright = keep(photos.photo(13))
    sideways = scene(13).rotate(90, expand=True)
    said = keep(photos.jpeg(sideways, quality=70, exif=photos.exif(orientation=6)))
    assert [one.sha256 for one in queries.copies_of(said)] == [upright]


@pytest.mark.django_db
def test_files_that_are_no_pictures_are_kept_as_before():
    kept = keep(b"%PDF-1.7", "方案.pdf")
    assert queries.picture(kept) is None
    assert queries.copies_of(kept) == []


@pytest.mark.django_db
def test_photographs_filed_before_are_looked_at_by_the_clock():
    kept, odd = keep(photos.photo(14)), keep(b"no picture at all", "照片2.jpg")
    Picture.objects.all().delete()
    assert queries.picture(kept) is None
    assert actions.know_old(limit=10) == 2
    assert actions.know_old(limit=10) == 0
    assert queries.picture(kept).print is not None
    assert queries.picture(odd).print is None
