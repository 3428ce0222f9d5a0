"""Where are the names? In files that only the holder of the pass phrase can read.

A random key encrypts each entry (AES-256-GCM, its name bound to it); the pass phrase opens that
key through scrypt. What lies on disk tells how many entries there are and how long, no more.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from consilience.base.errors import Fault
from consilience.store.files import SCRATCH, write_whole, writing_fault

FOLDER: Final = "vault"
HEADER: Final = "vault.json"
SUFFIX: Final = ".sealed"
SHORTEST_KEY: Final = 8
# The password storage cheat sheet of OWASP: 64 MiB of memory and two rounds, a third of a second.
COST: Final = 2**16
_BLOCKS: Final = 8
_ROUNDS: Final = 2
# A header that somebody changed must not eat the machine's memory: 2**20 takes 1 GiB.
_HIGHEST_COST: Final = 2**20
_NONCE: Final = 12
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*")
_KEY_NAME: Final = b"consilience vault key"


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """An opened vault.

    Args:
        folder: where its files lie.
        cipher: encrypts and decrypts; holds the key and never shows it.
    """

    folder: Path
    cipher: AESGCM

    def read(self, name: str) -> bytes | None:
        """Return the content of an entry, None if there is none of that name.

        Raises:
            Fault: STO-032 if the file was changed, cut or moved from another entry.
        """
        path = self._path(name)
        if not path.is_file():
            return None
        return _opened(self.cipher, path.read_bytes(), name.encode(), path)

    def write(self, name: str, content: bytes) -> None:
        """Keep an entry, whole or not at all; an older one of that name goes.

        Args:
            name: lower-case letters, digits and hyphens, parted by `/`, as in `text/a1b2/1`.
            content: any bytes.

        Raises:
            Fault: STO-034 for another name, STO-002 or STO-009 if it cannot be written.
        """
        write_whole(self._path(name), _sealed(self.cipher, content, name.encode()))

    def remove(self, name: str) -> None:
        """Remove an entry; nothing happens if there is none."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Return the names of all entries in order."""
        found = self.folder.rglob(f"*{SUFFIX}")
        return sorted(str(path.relative_to(self.folder))[: -len(SUFFIX)] for path in found)

    def half_written(self) -> list[str]:
        """Return the names of entries whose writing was cut off, in order."""
        ends = f"{SUFFIX}{SCRATCH}"
        found = self.folder.rglob(f"*{ends}")
        return sorted(str(path.relative_to(self.folder))[: -len(ends)] for path in found)

    def clear(self, names: Iterable[str]) -> None:
        """Remove entries, what is half written of them, and folders that are empty then.

        What is gone already makes no difference.

        Only while nobody else writes into the vault: a folder must not go before its first entry
        comes.

        Raises:
            Fault: STO-034 for what is no name of an entry, and nothing goes; STO-009 if something
                cannot be removed.
        """
        for path in [self._path(name) for name in names]:
            try:
                for each in (path, path.with_name(path.name + SCRATCH)):
                    each.unlink(missing_ok=True)
                self._clear_folder(path.parent)
            except OSError as error:
                raise writing_fault(path, error) from error

    def _clear_folder(self, folder: Path) -> None:
        while folder != self.folder:
            if folder.is_dir():
                if any(folder.iterdir()):
                    return
                folder.rmdir()
            folder = folder.parent

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise Fault("STO-034", name=name)
        return self.folder / f"{name}{SUFFIX}"


def has_vault(folder: Path) -> bool:
    """Return whether a vault was made in `folder`, the `.consilience` of a study.

    Entries without a header are one too: that it was lost must not make a new vault over them.
    """
    inner = folder / FOLDER
    return (inner / HEADER).is_file() or next(inner.rglob(f"*{SUFFIX}"), None) is not None


def make_vault(folder: Path, key: str, *, cost: int = COST) -> Vault:
    """Make a vault and open it.

    Args:
        folder: the folder `.consilience` of the study.
        key: the pass phrase, 8 characters or more; nobody can open the vault without it.
        cost: scrypt's N, a power of two.

    Raises:
        Fault: STO-033 if the pass phrase is too short, STO-035 if there is a vault already.
    """
    if has_vault(folder):
        raise Fault("STO-035", folder=str(folder))
    inner = AESGCM.generate_key(bit_length=256)
    target = folder / FOLDER
    _write_header(target, inner, key, cost)
    target.chmod(0o700)
    return Vault(target, AESGCM(inner))


def change_key(folder: Path, key: str, new: str, *, cost: int = COST) -> None:
    """Let another pass phrase open a vault from now on; whole or not at all.

    The entries stay as they are: only the key that encrypts them is wrapped anew. Whoever has an
    older copy of the header and the older pass phrase can still open what they have.

    Args:
        folder: the folder `.consilience` of the study.
        key: the pass phrase until now.
        new: the pass phrase from now on.
        cost: scrypt's N for it, a power of two.

    Raises:
        Fault: as `open_vault`; STO-033 if the new one is too short; STO-002 or STO-009 if it
            cannot be written, and the older one stays.
    """
    _write_header(folder / FOLDER, _key_within(folder, key), new, cost)


def _write_header(target: Path, inner: bytes, key: str, cost: int) -> None:
    if len(key) < SHORTEST_KEY:
        raise Fault("STO-033", length=len(key), shortest=SHORTEST_KEY)
    salt = os.urandom(16)
    outer = AESGCM(_derived(key, salt, cost, _BLOCKS, _ROUNDS))
    header = {
        "form": 1,
        "kdf": "scrypt",
        "n": cost,
        "r": _BLOCKS,
        "p": _ROUNDS,
        "salt": base64.b64encode(salt).decode(),
        "cipher": "AES-256-GCM",
        "key": base64.b64encode(_sealed(outer, inner, _KEY_NAME)).decode(),
    }
    write_whole(target / HEADER, (json.dumps(header, indent=2) + "\n").encode())


def open_vault(folder: Path, key: str) -> Vault:
    """Open the vault of a study.

    Args:
        folder: the folder `.consilience` of the study.
        key: the pass phrase with which it was made.

    Raises:
        Fault: STO-030 if there is none, STO-031 if the pass phrase is another one, STO-032 if its
            header was changed, STO-037 if it is gone.
    """
    return Vault(folder / FOLDER, AESGCM(_key_within(folder, key)))


def _key_within(folder: Path, key: str) -> bytes:
    path = folder / FOLDER / HEADER
    if not path.is_file():
        gone = Fault("STO-037", path=str(path))
        raise gone if has_vault(folder) else Fault("STO-030", folder=str(folder))
    try:
        header = json.loads(path.read_text(encoding="utf-8"))
        salt, wrapped = (base64.b64decode(header[name], validate=True) for name in ("salt", "key"))
        outer = AESGCM(_derived(key, salt, *_parameters(header)))
        return outer.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _KEY_NAME)
    except InvalidTag as error:
        raise Fault("STO-031", folder=str(folder)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Fault("STO-032", path=str(path)) from error


def _parameters(header: Mapping[str, int]) -> tuple[int, int, int]:
    cost, blocks, rounds = header["n"], header["r"], header["p"]
    if not (2 <= cost <= _HIGHEST_COST and blocks == _BLOCKS and 1 <= rounds <= 16):
        raise ValueError(cost)
    return cost, blocks, rounds


def _derived(key: str, salt: bytes, cost: int, blocks: int, rounds: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=blocks, p=rounds).derive(key.encode())


def _sealed(cipher: AESGCM, content: bytes, name: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, content, name)


def _opened(cipher: AESGCM, sealed: bytes, name: bytes, path: Path) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name)
    except (InvalidTag, ValueError) as error:
        raise Fault("STO-032", path=str(path)) from error
