"""The stack file that Pulumi works on in the sandbox: a copy, with settings and secrets that the sandbox can open.

Pulumi writes its secrets provider's settings (`encryptionsalt`, `secretsprovider`, `encryptedkey`) into that file.
Those of the sandbox have no place in a committed file, and those of a real one mean nothing to the sandbox, which has
a passphrase of its own. The program itself reads the committed file, and takes the values of secrets from Pulumi.

A salt and the secrets under it belong together. Where the committed file's salt is the sandbox's (somebody ran
`pulumi config set --secret` in the sandbox) both go into the copy. Secrets that only another passphrase or a real
secrets provider opens are replaced by a stand-in, so that a stack with credentials can be rehearsed; no resource of the
sandbox looks at their values.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from modelyard.config.project import Project
from modelyard.files import inside
from modelyard.sandbox.state_dir import Home

SETTINGS = re.compile(r"^(?:encryptionsalt|secretsprovider|encryptedkey):.*\n?(?:[ \t]+.*\n?)*", re.MULTILINE)
SALT = re.compile(r"^encryptionsalt:\s*[\"']?(v1:[^\s\"']+)", re.MULTILINE)
SECRET = re.compile(r"(?<=\bsecure:)(\s+[\"']?)([^\s\"'{},]+)")
"""A secret's ciphertext, as Pulumi writes it: one word behind `secure:`."""

STAND_IN = "a stand-in of the sandbox"
PROOF = b"pulumi"
"""What a salt carries encrypted, to try a passphrase on (pulumi/pkg 3.250, secrets/passphrase/manager.go)."""
ITERATIONS, KEY_BYTES, SALT_BYTES, NONCE_BYTES = 1_000_000, 32, 8, 12
"""PBKDF2 with SHA-256, then AES-GCM (pulumi/sdk 3.250, resource/config/crypt.go)."""

OPERATIONS = frozenset({"destroy", "import", "preview", "refresh", "up", "update", "watch"})
GROUPS = frozenset({"config", "env", "org", "package", "plugin", "policy", "stack", "state"})
"""Groups of Pulumi's commands: `stack import` is none of its operations, and knows no `--config-file`."""


@dataclass(frozen=True, slots=True)
class StackFileCopy:
    """The copy for a stack. `stand_ins` counts the secrets in it that stand for ones the sandbox can't open."""

    file: Path
    stand_ins: int = 0

    @property
    def told(self) -> str:
        """A line for the person who runs the operation; empty where every secret is itself."""
        secrets = f"{self.stand_ins} secret{'s' * (self.stand_ins != 1)}"
        return f"  {secrets} of {self.file.name} can't be opened in the sandbox: stand-ins are used" * bool(
            self.stand_ins
        )


def copy(project: Project, stack: str, home: Path) -> StackFileCopy:
    """The copy for this stack, made anew from the committed file; the sandbox's own settings in it are kept."""
    written = project.stack_file(stack)
    kept = inside(home, "stacks", project.name, written.name)
    before = kept.read_text(encoding="utf-8") if kept.exists() else ""
    committed = written.read_text(encoding="utf-8") if written.exists() else ""
    secrets, theirs = SECRET.findall(committed), SALT.search(committed)
    settings, stand_ins = "".join(SETTINGS.findall(before)), 0
    if secrets and theirs and (theirs[1] in before or _opens(theirs[1], home)):
        settings = f"encryptionsalt: {theirs[1]}\n"
    elif secrets:
        stand_ins = len(secrets)
        settings, secret = _stand_in(before, home)
        committed = SECRET.sub(lambda found: f"{found[1]}{secret}", committed)
    content = f"{SETTINGS.sub('', committed).rstrip()}\n{settings}"
    if content != before:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(content, encoding="utf-8")
    return StackFileCopy(kept, stand_ins)


def _stand_in(before: str, home: Path) -> tuple[str, str]:
    """Settings of the sandbox's, and the stand-in under them; those of the copy before, where it had both."""
    salt, secret = SALT.search(before), SECRET.search(before)
    if salt and secret and _decrypted(secret[2], _key(salt[1], home)) == STAND_IN.encode():
        return f"encryptionsalt: {salt[1]}\n", secret[2]
    if salt and _opens(salt[1], home):
        return f"encryptionsalt: {salt[1]}\n", _encrypted(STAND_IN.encode(), _key(salt[1], home))
    fresh = f"v1:{base64.b64encode(os.urandom(SALT_BYTES)).decode()}"
    key = _key(fresh, home)
    return f"encryptionsalt: {fresh}:{_encrypted(PROOF, key)}\n", _encrypted(STAND_IN.encode(), key)


def _opens(salt: str, home: Path) -> bool:
    """Whether the sandbox's passphrase is the one of a salt: `v1:<salt>:` and the proof, encrypted."""
    return _decrypted(":".join(salt.split(":")[2:]), _key(salt, home)) == PROOF


def _key(salt: str, home: Path) -> bytes:
    passphrase = Home(home).passphrase.read_bytes().strip()
    try:
        decoded = base64.b64decode(salt.split(":")[1], validate=True)
    except (IndexError, binascii.Error):
        decoded = b""
    return hashlib.pbkdf2_hmac("sha256", passphrase, decoded, ITERATIONS, KEY_BYTES)


def _decrypted(ciphertext: str, key: bytes) -> bytes:
    """What `v1:<nonce>:<ciphertext>` says; nothing under another key."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        _, nonce, content = ciphertext.split(":")
        return AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(content), None)
    except (ValueError, InvalidTag):  # binascii.Error is a ValueError
        return b""


def _encrypted(content: bytes, key: bytes) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    parts = (nonce, AESGCM(key).encrypt(nonce, content, None))
    return ":".join(["v1", *(base64.b64encode(each).decode() for each in parts)])


def instead(words: Sequence[str], start: Path, home: Path) -> tuple[list[str], StackFileCopy | None]:
    """Pulumi's words with the copy named, where they name an operation and a stack, and no file of their own."""
    words = list(words)
    stack = named(words)
    operation = next((word for word in words if word in OPERATIONS | GROUPS), None)
    if stack is None or operation not in OPERATIONS or any(word.startswith("--config-file") for word in words):
        return words, None
    position, made = words.index(operation) + 1, copy(Project.find(start), stack, home)
    return [*words[:position], "--config-file", str(made.file), *words[position:]], made


def named(words: Sequence[str]) -> str | None:
    """The stack that Pulumi's words name."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word in {"--stack", "-s"}:
            return following or None
        if word.startswith("--stack="):
            return word.partition("=")[2] or None
    return None
