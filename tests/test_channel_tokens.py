"""Tokens: nobody but the server makes one, none is worth anything in another conversation. And the secret behind them."""

from __future__ import annotations

import base64
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipbot.channel.tokens import PREFIX, VARIABLE, BadSecret, Foreign, Signer, secret

SIGNER = Signer(b"x" * 32)
TOKEN, CONVERSATION = SIGNER.new_conversation(1_800_000_000)
REPLY = SIGNER.reply(CONVERSATION.id, "How long should I hold it?")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_a_token_opens_its_conversation():
    """128 random bits and the hour at which it ends; nothing else is in it."""
    assert SIGNER.conversation(TOKEN) == CONVERSATION
    assert CONVERSATION.id.startswith(PREFIX) and len(CONVERSATION.id) == len(PREFIX) + 32
    assert CONVERSATION.expires == 1_800_000_000
    assert len(base64.urlsafe_b64decode(TOKEN)) == 1 + 16 + 8 + 32


def test_no_two_conversations_are_alike():
    """Ids are random, not counted and not of the time."""
    opened = [SIGNER.new_conversation(1_800_000_000)[1].id for _ in range(1_000)]
    assert len(set(opened)) == 1_000


@given(st.text(max_size=200) | st.text(alphabet=ALPHABET, min_size=70, max_size=80))
def test_what_was_not_issued_opens_nothing(token):
    """Any text at all."""
    with pytest.raises(Foreign):
        SIGNER.conversation(token)
    with pytest.raises(Foreign):
        SIGNER.words(CONVERSATION.id, token)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from(ALPHABET))
def test_one_changed_letter_spoils_a_token(place, letter):
    """Wherever it stands: id, hour and signature belong together, and each token has one spelling."""
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if changed != TOKEN:
        with pytest.raises(Foreign):
            SIGNER.conversation(changed)


@given(st.integers(0, len(REPLY) - 1), st.sampled_from(ALPHABET))
def test_one_changed_letter_spoils_a_quick_reply(place, letter):
    """The words in it cannot be exchanged."""
    changed = REPLY[:place] + letter + REPLY[place + 1 :]
    if changed != REPLY:
        with pytest.raises(Foreign):
            SIGNER.words(CONVERSATION.id, changed)


def test_a_quick_reply_has_one_spelling():
    """The last letter of base64 has bits that readers ignore."""
    spellings = []
    for words in ("a", "ab", "abc"):
        reply = SIGNER.reply(CONVERSATION.id, words)
        for letter in ALPHABET:
            try:
                SIGNER.words(CONVERSATION.id, reply[:-1] + letter)
                spellings.append(words)
            except Foreign:
                pass
    assert spellings == ["a", "ab", "abc"]


@pytest.mark.parametrize(
    "spoilt",
    ["", TOKEN[:-1], TOKEN[1:], TOKEN[:-4], TOKEN + "A", TOKEN + "=", TOKEN + "\n", " " + TOKEN, TOKEN * 2, "=" * 76],
    ids=["empty", "no end", "no start", "four letters less", "a letter more", "padded", "new line", "blank", "twice", "signs"],
)
def test_a_cut_or_lengthened_token_opens_nothing(spoilt):
    """Also where base64 readers would look away."""
    with pytest.raises(Foreign):
        SIGNER.conversation(spoilt)


def test_another_servers_token_opens_nothing():
    """A clinic's secret is its own."""
    with pytest.raises(Foreign):
        Signer(b"y" * 32).conversation(TOKEN)


def test_a_quick_reply_is_no_conversation_and_the_other_way_round():
    """Each kind has a key of its own."""
    with pytest.raises(Foreign):
        SIGNER.conversation(REPLY)
    with pytest.raises(Foreign):
        SIGNER.words(CONVERSATION.id, TOKEN)


@given(st.text(min_size=1, max_size=300))
def test_a_quick_reply_comes_back_as_its_words(words):
    """Whatever they are; in its own conversation only."""
    reply = SIGNER.reply(CONVERSATION.id, words)
    assert SIGNER.words(CONVERSATION.id, reply) == words.encode("utf-8", "replace").decode()
    with pytest.raises(Foreign):
        SIGNER.words(SIGNER.new_conversation(0)[1].id, reply)


# the secret --------------------------------------------------------------------------------------


def test_the_first_start_makes_a_secret(tmp_path):
    """64 letters that only the owner may read, the same at every start."""
    file = tmp_path / "state" / "website.key"
    made = secret(file, {})
    assert len(made) == 64 and secret(file, {}) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["website.key"]
    assert secret(tmp_path / "other.key", {}) != made


def test_a_secret_that_others_may_read_is_closed(tmp_path):
    """A copied file may have lost its rights."""
    file = tmp_path / "website.key"
    made = secret(file, {})
    file.chmod(0o644)
    assert secret(file, {}) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_environment_comes_first(tmp_path):
    """Then no file is written."""
    assert secret(tmp_path / "website.key", {VARIABLE: "s" * 32}) == b"s" * 32
    assert not (tmp_path / "website.key").exists()


@pytest.mark.parametrize("given_", ["", "short", "s" * 31])
def test_a_short_secret_is_none(tmp_path, given_):
    """The server must not start with it, and says how to make one."""
    with pytest.raises(BadSecret, match="openssl rand -hex 32"):
        secret(tmp_path / "website.key", {VARIABLE: given_})


def test_a_damaged_file_is_no_secret(tmp_path):
    """An empty key would let anybody sign."""
    (tmp_path / "website.key").write_bytes(b"\n")
    with pytest.raises(BadSecret, match="Delete it"):
        secret(tmp_path / "website.key", {})


def test_a_folder_that_cannot_be_written(tmp_path):
    """One sentence, not a traceback."""
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BadSecret, match="rights"):
        secret(tmp_path / "file" / "website.key", {})
