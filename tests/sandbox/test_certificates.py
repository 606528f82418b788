"""One authority for a sandbox's life, a certificate that is never about to end, and nobody else's trust."""

import shutil
import ssl
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from modelyard.sandbox import hosts
from modelyard.sandbox.certificates import RENEW_BEFORE, TRUST_STORE_PASSWORD, VALID, Certificates


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    made = Certificates(tmp_path)
    made.prepare()
    return made


def contents(certificates: Certificates) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in certificates.folder.iterdir()}


def test_what_is_good_is_left_alone(certificates: Certificates):
    """An environment exported yesterday names the authority's file; it must still fit today."""
    before = contents(certificates)
    certificates.prepare()
    assert contents(certificates) == before


def test_a_certificate_is_renewed_before_it_ends_by_the_same_authority(certificates: Certificates):
    before = contents(certificates)
    certificates.prepare(datetime.now(UTC) + VALID - RENEW_BEFORE + timedelta(days=1))
    after = contents(certificates)
    assert {name for name in before if before[name] != after[name]} == {"server.pem"}


def test_the_certificate_names_every_host_and_only_those(certificates: Certificates):
    leaf = x509.load_pem_x509_certificate((certificates.folder / "server.pem").read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == set(hosts.patterns())


def test_keys_are_their_owner_s(certificates: Certificates):
    for path in certificates.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert b"PRIVATE" not in certificates.trust_file.read_bytes()


@pytest.mark.parametrize("damaged", ["ca.pem", "ca-key.pem", "server.pem"])
@pytest.mark.parametrize("content", [b"", b"-----BEGIN nothing"])
def test_a_damaged_file_is_made_anew(certificates: Certificates, damaged: str, content: bytes):
    (certificates.folder / damaged).write_bytes(content)
    certificates.prepare()
    trusted = ssl.create_default_context(cafile=str(certificates.trust_file))
    assert certificates.server_context().get_ciphers()
    assert trusted.cert_store_stats()["x509_ca"] == 1
    leaf = x509.load_pem_x509_certificate((certificates.folder / "server.pem").read_bytes())
    leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(certificates.trust_file.read_bytes()))


@pytest.mark.skipif(shutil.which("keytool") is None, reason="no Java on this machine")
def test_java_reads_the_trust_store(certificates: Certificates):
    listed = subprocess.run(
        ["keytool", "-list", "-keystore", certificates.java_trust_store, "-storepass", TRUST_STORE_PASSWORD],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "modelyard-sandbox" in listed.stdout
    assert "trustedCertEntry" in listed.stdout


def test_a_certificate_is_valid_for_clients_whose_clock_is_behind(certificates: Certificates):
    """A machine may sleep, and a container may have a clock of its own; 825 days are what Apple's clients take."""
    leaf = x509.load_pem_x509_certificate((certificates.folder / "server.pem").read_bytes())
    assert leaf.not_valid_before_utc < datetime.now(UTC) - timedelta(days=730)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc < timedelta(days=825)


def test_a_certificate_that_is_not_valid_yet_is_renewed(certificates: Certificates):
    """It was made while this machine's clock was wrong by years."""
    certificates.prepare(datetime.now(UTC) + timedelta(days=3000))
    before = contents(certificates)
    certificates.prepare()
    assert contents(certificates)["server.pem"] != before["server.pem"]
