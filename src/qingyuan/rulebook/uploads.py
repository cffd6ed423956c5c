"""Files as an officer hands them in, a zip or several yaml files, to the texts of one pack. Every fault is named."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from qingyuan.core.policy import PackError, PackFault
from qingyuan.rulebook.texts import MAX_BYTES, Texts

MAX_FILES = 64
ENDINGS = (".yaml", ".yml")
CODE = "POLICY_FILE"


def read_files(given: Sequence[tuple[str, bytes]]) -> Texts:
    """The texts of one pack from files given as (name, content).

    Raises
    ------
    PackError
        A file is no yaml text, a zip is broken or blows up, there is nothing, or two files bear one name.
    """
    faults: list[PackFault] = []
    texts: Texts = {}
    total = 0
    for name, content in _unpacked(given, faults):
        total += len(content)
        if total > MAX_BYTES:
            faults.append(PackFault(name, "", "文件过大", CODE))
            break
        if name in texts:
            faults.append(PackFault(name, "", "有两个同名文件", CODE))
            continue
        try:
            texts[name] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            faults.append(PackFault(name, "", "不是 UTF-8 文字", CODE))
    if not texts and not faults:
        faults.append(PackFault("", "", "没有 yaml 文件", CODE))
    if faults:
        raise PackError(faults)
    return texts


def _unpacked(given: Sequence[tuple[str, bytes]], faults: list[PackFault]) -> Iterator[tuple[str, bytes]]:
    for name, content in given[: MAX_FILES + 1]:
        plain = PurePosixPath(name.replace("\\", "/")).name
        if plain.lower().endswith(".zip"):
            yield from _of_zip(plain, content, faults)
        elif plain.lower().endswith(ENDINGS):
            yield _as_yaml(plain), content
        else:
            faults.append(PackFault(plain, "", "只收 zip 或 yaml 文件", CODE))
    if len(given) > MAX_FILES:
        faults.append(PackFault("", "", f"文件超过 {MAX_FILES} 个", CODE))


def _of_zip(name: str, content: bytes, faults: list[PackFault]) -> Iterator[tuple[str, bytes]]:
    """The yaml files of a zip; a folder around them is allowed, two folders are two packs and refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if one.filename.lower().endswith(ENDINGS)]
            folders = {str(PurePosixPath(one.filename).parent) for one in members}
            if len(folders) > 1:
                faults.append(PackFault(name, "", f"一次只收一个政策包，压缩包中有 {len(folders)} 个文件夹", CODE))
                return
            if len(members) > MAX_FILES or sum(one.file_size for one in members) > MAX_BYTES:
                faults.append(PackFault(name, "", "压缩包解开后过大", CODE))
                return
            for one in members:
                with archive.open(one) as part:
                    yield _as_yaml(PurePosixPath(one.filename).name), part.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
        faults.append(PackFault(name, "", "压缩包损坏或者有密码，无法打开", CODE))


def _as_yaml(name: str) -> str:
    return name[:-4] + ".yaml" if name.lower().endswith(".yml") else name
