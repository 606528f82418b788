"""The sandbox's own certificate authority, and the certificate it lets the server show for Azure's host names.

The authority is trusted by nobody but the processes whose environment names its file (see `environment`); it is in no
trust store of the machine's, and its key stays in the sandbox's folder, mode 0600. Validity is real time, never the
sandbox's clock, for clients compare it with their own. It begins long before a certificate is made, because a client's
clock may differ from this process's: a virtual machine that slept, a container, a test that moves one of the two.
"""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore

from modelyard.sandbox import hosts
from modelyard.sandbox.state_dir import write_private

VALID = timedelta(days=90)
BACKDATED = timedelta(days=732)  # with VALID below the 825 days that Apple's clients take of a private authority
RENEW_BEFORE = timedelta(days=30)
TRUST_STORE_PASSWORD = "changeit"  # noqa: S105 - Java's own default: a trust store holds nothing secret
ALPN = ["http/1.1"]


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files of one authority."""

    folder: Path

    @property
    def trust_file(self) -> Path:
        """The authority's certificate, as PEM: what clients are told to trust."""
        return self.folder / "trust.pem"

    @property
    def java_trust_store(self) -> Path:
        """The same as PKCS #12 for Java; the password is TRUST_STORE_PASSWORD."""
        return self.folder / "trust.p12"

    @property
    def _authority(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def _authority_key(self) -> Path:
        return self.folder / "ca-key.pem"

    @property
    def _server(self) -> Path:
        return self.folder / "server.pem"

    def prepare(self, now: datetime | None = None) -> None:
        """Make the authority where there is none, and a new server certificate where the old one soon ends.

        A damaged file is made anew, as everything here can be.
        """
        moment = now or datetime.now(UTC)
        authority = self._read_authority() or self._make_authority()
        if not self._is_good(moment, authority):
            leaf = authority.issue_cert(
                *hosts.patterns(),
                organization_name="Modelyard sandbox",
                not_before=moment - BACKDATED,
                not_after=moment + VALID,
            )
            write_private(self._server, leaf.private_key_and_cert_chain_pem.bytes())

    def server_context(self) -> ssl.SSLContext:
        """TLS as the server speaks it: version 1.2 or 1.3, HTTP/1.1."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._server)
        context.set_alpn_protocols(ALPN)
        return context

    def _read_authority(self) -> trustme.CA | None:
        try:
            return trustme.CA.from_pem(self._authority.read_bytes(), self._authority_key.read_bytes())
        except (OSError, ValueError):
            return None

    def _make_authority(self) -> trustme.CA:
        authority = trustme.CA(organization_name="Modelyard sandbox", organization_unit_name="Trusted by nobody else")
        certificate = authority.cert_pem.bytes()
        store = serialize_java_truststore(
            [PKCS12Certificate(x509.load_pem_x509_certificate(certificate), b"modelyard-sandbox")],
            BestAvailableEncryption(TRUST_STORE_PASSWORD.encode()),
        )
        write_private(self._authority_key, authority.private_key_pem.bytes())
        write_private(self._authority, certificate)
        write_private(self.trust_file, certificate)
        write_private(self.java_trust_store, store)
        self._server.unlink(missing_ok=True)
        return authority

    def _is_good(self, now: datetime, authority: trustme.CA) -> bool:
        """Whether the server's certificate is of this authority, names all hosts and is valid for a while yet."""
        try:
            certificate = x509.load_pem_x509_certificate(self._server.read_bytes())
            certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.cert_pem.bytes()))
            names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except Exception:  # whatever is wrong with the file, the answer is a new one
            return False
        if certificate.not_valid_before_utc > now or certificate.not_valid_after_utc - now <= RENEW_BEFORE:
            return False
        return set(names.get_values_for_type(x509.DNSName)) == set(hosts.patterns())
