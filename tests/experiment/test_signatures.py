"""Signatures: with signers set, what they did not sign counts as absent."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from site_tools.experiment.run_cache import Store, run_in
from site_tools.experiment.shared_store import SharedStore, address_of
from site_tools.experiment.signatures import VARIABLE, Signers, SigningKey, signers, signing_key
from site_tools.model.errors import BadProject
from tests.support.posts import write
from tests.support.projects import make_project, run_main, set_option
from tests.support.runs import a_run
from tests.support.stores import fill, objects

KEY, OTHER_KEY = "a" * 64, "b" * 64


def key_pair() -> tuple[SigningKey, str]:
    """Return a private key and the line of its public one."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return SigningKey(private), f"{public.decode()} the runner"


def text_of(private: Ed25519PrivateKey) -> str:
    form = Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()
    return private.private_bytes(*form).decode()


@pytest.fixture
def data(tmp_path: Path) -> bytes:
    store = Store(tmp_path / "one")
    store.save(KEY, a_run(1.0))
    return store.read(KEY) or b""


def test_a_signed_run_is_accepted_and_still_whole(data: bytes) -> None:
    signing, line = key_pair()
    signed = signing.sign(KEY, data)
    assert signers([key_pair()[1], line]).accept(KEY, signed)
    assert run_in(signed) == run_in(data)
    assert signing.sign(KEY, signed) == signed


def test_without_signers_every_run_is_accepted(data: bytes) -> None:
    assert Signers().accept(KEY, data)


@pytest.mark.parametrize(
    "alter",
    ["unsigned", "stranger", "other key", "other run", "no base64", "short", "two", "no ascii"],
)
def test_what_is_not_signed_by_a_signer_is_refused(data: bytes, alter: str, tmp_path: Path) -> None:
    signing, line = key_pair()
    signed = signing.sign(KEY, data)
    head, _, body = signed.partition(b"\n")
    store = Store(tmp_path / "two")
    store.save(KEY, a_run(2.0))
    other = store.read(KEY) or b""
    signature = head.split(b" ")[1]
    files = {
        "unsigned": data,
        "stranger": key_pair()[0].sign(KEY, data),
        "other key": signing.sign(OTHER_KEY, data),
        "other run": other.replace(b"\n", b" " + signature + b"\n", 1),
        "no base64": head[:-4] + b"!!!!\n" + body,
        "short": data.replace(b"\n", b" " + base64.b64encode(b"short") + b"\n", 1),
        "two": head + b" " + signature + b"\n" + body,
        "no ascii": data.replace(b"\n", b" \xff\xfe\n", 1),
    }
    assert run_in(files[alter]) is not None
    assert not signers([line]).accept(KEY, files[alter])


@pytest.mark.parametrize("form", ["file", "text", "text without its last line end"])
def test_the_private_key_is_a_file_or_a_text(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    signing, line = key_pair()
    text = text_of(signing.private)
    (tmp_path / "key").write_text(text, encoding="utf-8")
    named = {"file": str(tmp_path / "key"), "text": text}.get(form, text.strip())
    monkeypatch.setenv(VARIABLE, named)
    own = signing_key()
    assert own
    assert signers([line]).accept(KEY, own.sign(KEY, data))


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (
            "none.key",
            "`none.key` cannot be read: No such file or directory. `ssh-keygen -t ed25519",
        ),
        ("/dev/null/x", "cannot be read: Not a directory."),
        ("words", "holds no Ed25519 private key of OpenSSH. `ssh-keygen -t ed25519"),
        ("rsa", "holds no Ed25519 private key of OpenSSH."),
        ("bytes", "cannot be read: it is no text."),
    ],
)
def test_what_is_no_private_key_is_refused(
    named: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rsa = generate_private_key(65537, 2048)
    (tmp_path / "words").write_text("words", encoding="utf-8")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "rsa").write_bytes(
        rsa.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    )
    monkeypatch.setenv(VARIABLE, named)
    with pytest.raises(BadProject) as refused:
        signing_key()
    assert str(refused.value).startswith(f"{VARIABLE}: ")
    assert message in str(refused.value)


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen on this machine")
def test_keys_of_ssh_keygen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-f"]
    subprocess.run([*make, tmp_path / "open", "-N", ""], check=True)
    subprocess.run([*make, tmp_path / "locked", "-N", "a passphrase"], check=True)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "open"))
    own = signing_key()
    assert own
    line = (tmp_path / "open.pub").read_text(encoding="utf-8").strip()
    assert signers([line]).accept(KEY, own.sign(KEY, data))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "locked"))
    with pytest.raises(BadProject, match="the key has a passphrase"):
        signing_key()


def test_import_leaves_out_what_no_signer_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing, line = key_pair()
    folders = [make_project(tmp_path / name) for name in ("maker", "site")]
    for folder in folders:
        write(folder, "one", "print('one')")
    maker, site = folders
    fill(maker)
    set_option(site, f"signers: [{line}]")
    run_main(maker, "store", "export", str(tmp_path / "plain.tar.gz"))
    monkeypatch.setenv(VARIABLE, text_of(signing.private))
    run_main(maker, "store", "export", str(tmp_path / "signed.tar.gz"))
    monkeypatch.delenv(VARIABLE)

    code, said = run_main(site, "store", "import", str(tmp_path / "plain.tar.gz"))
    assert (code, objects(site)) == (1, {})
    assert "plain.tar.gz: 1 run not signed by one of `signers` in mkdocs.yml; left out." in said
    assert run_main(site, "store", "import", str(tmp_path / "signed.tar.gz"))[0] == 0
    assert len(objects(site)) == 1


def test_a_shared_store_is_believed_as_far_as_it_is_signed(tmp_path: Path, data: bytes) -> None:
    signing, line = key_pair()
    maker, reader = Store(tmp_path / "maker"), Store(tmp_path / "reader")
    for key in (KEY, OTHER_KEY):
        maker.add(key, data)
    address = address_of(str(tmp_path / "shared"))
    for shared, key in (
        (SharedStore(address, signing=signing), KEY),
        (SharedStore(address), OTHER_KEY),
    ):
        shared.send(key, maker)
        assert list(shared.flush()) == []
    lines = list(SharedStore(address, signers([line])).fetch([KEY, OTHER_KEY], reader))
    assert reader.stored() == [KEY]
    (only,) = lines
    assert only.endswith("1 run there is not signed by one of `signers`; it counts as absent.")


def test_without_a_private_key_nothing_is_written_that_would_not_count(
    tmp_path: Path, data: bytes
) -> None:
    maker = Store(tmp_path / "maker")
    maker.add(KEY, data)
    shared = SharedStore(address_of(str(tmp_path / "shared")), signers([key_pair()[1]]))
    shared.send(KEY, maker)
    assert list(shared.flush()) == []
    assert not (tmp_path / "shared").exists()
