"""What lies where in a sandbox's folder, and who may read it: its owner alone.

    azure.sqlite        the state of the local Azure
    sandbox.json        the running server: process id, port, since when
    sandbox.lock        held by the server for as long as it lives; sandbox.pid is its process id
    start.lock          held while somebody starts or stops the server
    sandbox.log         its log
    secrets.json        the pipeline's credential, and what opens the control API
    passphrase          what Pulumi encrypts the stacks' secrets with
    certificates/       the authority, the server's certificate, and trust stores for clients
    pulumi/, backend/   PULUMI_HOME and Pulumi's state
    azure-config/       AZURE_CONFIG_DIR, so that `az` finds no login of the user's here

Nothing outside it is written.
"""

import json
import secrets
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

from modelyard.sandbox.control_request import ControlBody
from modelyard.sandbox.failures import DamagedState
from modelyard.sandbox_clock import DATABASE


@dataclass(frozen=True, slots=True)
class Secrets:
    """What proves that somebody may use this sandbox. None of it is worth anything elsewhere."""

    client_id: str
    client_secret: str
    control: str

    def __repr__(self) -> str:
        return f"Secrets(client_id={self.client_id!r}, …)"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one sandbox."""

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / DATABASE

    @property
    def state(self) -> Path:
        """What is known of the running server."""
        return self.path / "sandbox.json"

    @property
    def lock(self) -> Path:
        """The file whose lock the server holds."""
        return self.path / "sandbox.lock"

    @property
    def start_lock(self) -> Path:
        """The file whose lock is held by whoever starts or stops the server."""
        return self.path / "start.lock"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.path / "sandbox.log"

    @property
    def passphrase(self) -> Path:
        """The file that PULUMI_CONFIG_PASSPHRASE_FILE names."""
        return self.path / "passphrase"

    @property
    def certificates(self) -> Path:
        """The folder of keys and certificates."""
        return self.path / "certificates"

    @property
    def pulumi(self) -> Path:
        """PULUMI_HOME."""
        return self.path / "pulumi"

    @property
    def backend(self) -> Path:
        """Where Pulumi keeps the stacks' state."""
        return self.path / "backend"

    @property
    def azure_config(self) -> Path:
        """AZURE_CONFIG_DIR."""
        return self.path / "azure-config"

    def make(self) -> None:
        """Make the folder itself, so that there is a place for locks."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    def prepare(self) -> None:
        """Make what is missing in the folder, its secrets among it. Two must not do so at once: see `start_lock`."""
        self.make()
        for folder in (self.certificates, self.pulumi, self.backend, self.azure_config):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not self.passphrase.exists():
            write_private(self.passphrase, secrets.token_urlsafe(32))
        if not self._secrets.exists():
            fresh = {
                "clientId": str(uuid.uuid4()),
                "clientSecret": secrets.token_urlsafe(32),
                "control": secrets.token_urlsafe(32),
            }
            write_private(self._secrets, json.dumps(fresh))

    @property
    def _secrets(self) -> Path:
        return self.path / "secrets.json"

    def secrets(self) -> Secrets:
        """The secrets of a folder that was prepared; FileNotFoundError for one that wasn't, DamagedState for damaged
        ones.
        """
        try:
            kept = json.loads(self._secrets.read_text(encoding="utf-8"))
            return Secrets(*(str(kept[name]) for name in ("clientId", "clientSecret", "control")))
        except (ValueError, KeyError, TypeError) as error:
            why = f"{type(error).__name__}: {error}"
            raise DamagedState.of("sandbox.damaged-state", case="secrets", file=self._secrets, why=why) from error

    def running(self) -> ControlBody:
        """What the running server noted of itself; DamagedState where it can't be read."""
        try:
            noted = json.loads(self.state.read_text(encoding="utf-8"))
            return {"port": int(noted["port"]), **{name: str(noted[name]) for name in ("tenantId", "subscriptionId")}}
        except (OSError, ValueError, KeyError, TypeError) as error:
            why = f"{type(error).__name__}: {error}"
            raise DamagedState.of("sandbox.damaged-state", case="note", file=self.state, why=why) from error


def write_private(path: Path, text: str | bytes) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    content = text.encode() if isinstance(text, str) else text
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor has no path
        file.write(content)
    Path(unfinished).replace(path)
