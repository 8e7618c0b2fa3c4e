"""Training runs when what it depends on has changed, by content, and an interrupted one leaves the old model."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from types import SimpleNamespace

import pytest

from hipbot import project, training

DEPENDS_ON = [
    "data/nlu.yml",
    "data/rules.yml",
    "config.yml",
    "domain.yml",
    "hipbot/nlu/classifier.py",
    "hipbot/language/reader.py",
    "encoder/tokenizer.json",
]
DOES_NOT = [
    "content/faq/how_often.yml",
    "content/phrases.yml",
    "clinic.yml",
    "tests/questions/greet.yml",
    "hipbot/dialogue/guide.py",
    "models/old.txt",
    "README.md",
]


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A small project with the files of the real one's shape."""
    for name in (*DEPENDS_ON, *DOES_NOT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"this is {name}", "utf-8")
    monkeypatch.setattr(training.project, "ROOT", tmp_path)
    monkeypatch.setattr(training.project, "DATA", tmp_path / "data")
    monkeypatch.setattr(training.project, "MODELS", tmp_path / "models")
    monkeypatch.setattr(training.project, "ENCODER_FOLDER", tmp_path / "encoder")
    monkeypatch.setattr(training, "RECORD", tmp_path / "models" / "trained.json")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def trainer(root, monkeypatch):
    """Rasa's trainer, which writes a model in no time, or does what the test wants."""
    import rasa.model_training

    calls = []

    def write(**options):
        calls.append(options)
        model = root / "models" / options["fixed_model_name"]
        model.write_text("weights", "utf-8")
        return SimpleNamespace(code=0, model=str(model))

    monkeypatch.setattr(rasa.model_training, "train", write)
    return SimpleNamespace(calls=calls, replace=lambda other: monkeypatch.setattr(rasa.model_training, "train", other))


# the fingerprint ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DEPENDS_ON)
def test_a_change_of_what_it_depends_on_counts(root, name):
    """Data, settings, the code of understanding and the encoder."""
    before = training.fingerprint()
    (root / name).write_text("changed", "utf-8")
    assert training.fingerprint() != before


@pytest.mark.parametrize("name", DOES_NOT)
def test_a_change_of_anything_else_does_not(root, name):
    """Staff change an answer, and it is live without training."""
    before = training.fingerprint()
    (root / name).write_text("changed", "utf-8")
    assert training.fingerprint() == before


@pytest.mark.parametrize("name", DEPENDS_ON)
def test_time_does_not_count(root, name):
    """A fresh checkout has new file times and the same content: no training."""
    before = training.fingerprint()
    os.utime(root / name, (1, 1))
    (root / name).write_bytes((root / name).read_bytes())
    assert training.fingerprint() == before


def test_a_new_a_lost_and_a_renamed_file_count(root):
    """A topic file more, fewer, or under another name is a change."""
    seen = {training.fingerprint()}
    shutil.copy(root / "data/nlu.yml", root / "data/more.yml")
    seen.add(training.fingerprint())
    (root / "data/more.yml").rename(root / "data/other.yml")
    seen.add(training.fingerprint())
    (root / "data/rules.yml").unlink()
    seen.add(training.fingerprint())
    assert len(seen) == 4


def test_content_cannot_move_between_files_unseen(root):
    """The border between two files is part of it."""
    (root / "data/nlu.yml").write_text("ab", "utf-8")
    (root / "data/rules.yml").write_text("c", "utf-8")
    before = training.fingerprint()
    (root / "data/nlu.yml").write_text("a", "utf-8")
    (root / "data/rules.yml").write_text("bc", "utf-8")
    assert training.fingerprint() != before


@pytest.mark.parametrize("name", ["data/faq/parking.yml", "data/more.yaml"])
def test_all_that_rasa_reads_counts(root, name):
    """`rasa train` is given the folder data/: whatever it reads there is an input."""
    before = training.fingerprint()
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("nlu: []", "utf-8")
    assert training.fingerprint() != before


def test_the_real_inputs_are_there():
    """Each named input exists in this project, so a renamed file does not drop out unseen."""
    found = {str(path.relative_to(project.ROOT)) for path in training.inputs() if path.is_file()}
    assert {
        "config.yml",
        "domain.yml",
        "requirements.txt",
        "data/nlu.yml",
        "data/rules.yml",
        "hipbot/nlu/classifier.py",
        "hipbot/language/reader.py",
        ".hipbot/encoder/model.onnx",
    } <= found


# the record --------------------------------------------------------------------------------------


def test_a_fresh_project_has_no_model(root):
    """Nothing was trained yet: None, not a failure."""
    assert training.current_model() is None
    shutil.rmtree(root / "models")
    assert training.current_model() is None


def test_training_makes_the_current_model(root, trainer):
    """After training, the model is current, and asking for one trains nothing."""
    model = training.train()
    assert training.current_model() == model
    assert training.ensure_model(say=lambda text: pytest.fail(text)) == model
    assert len(trainer.calls) == 1


def test_a_change_trains_once_and_says_so(root, trainer):
    """A minute's wait is announced."""
    training.train()
    (root / "data/nlu.yml").write_text("changed", "utf-8")
    said = []
    model = training.ensure_model(say=said.append)
    assert len(said) == 1 and training.current_model() == model
    training.ensure_model(say=said.append)
    assert len(said) == 1 and len(trainer.calls) == 2


@pytest.mark.parametrize("failure", [KeyboardInterrupt, MemoryError, SystemExit])
def test_an_interrupted_training_leaves_the_old_model(root, trainer, failure):
    """Ctrl-C in the middle: the old model, its record and its bytes are as they were."""
    old = training.train()
    record = training.RECORD.read_bytes()
    (root / "data/nlu.yml").write_text("changed", "utf-8")

    def interrupted(**options):
        (root / "models" / options["fixed_model_name"]).write_text("half of the wei", "utf-8")
        raise failure

    trainer.replace(interrupted)
    with pytest.raises(failure):
        training.train()
    assert training.RECORD.read_bytes() == record
    assert old.read_text("utf-8") == "weights"
    assert training.current_model() is None  # the data has changed, and half a model is none
    (root / "data/nlu.yml").write_text("this is data/nlu.yml", "utf-8")
    assert training.current_model() == old


def test_training_the_same_again_can_be_interrupted_too(root, trainer):
    """`make train` without any change, and Ctrl-C: the model in use is whole."""
    old = training.train()

    def interrupted(**options):
        (root / "models" / options["fixed_model_name"]).write_text("half of the wei", "utf-8")
        raise KeyboardInterrupt

    trainer.replace(interrupted)
    with pytest.raises(KeyboardInterrupt):
        training.train()
    assert old.read_text("utf-8") == "weights"


@pytest.mark.parametrize("result", [SimpleNamespace(code=1, model=None), SimpleNamespace(code=0, model=None)])
def test_a_trainer_without_a_model_says_what_to_look_at(root, trainer, result):
    """Data that Rasa refuses is no model, and the message names `hipbot check`."""
    trainer.replace(lambda **options: result)
    with pytest.raises(training.TrainingFailed, match="hipbot check"):
        training.train()
    assert training.current_model() is None


@pytest.mark.parametrize(
    "record",
    ["", "{", "null", "[]", "7", '{"model": "a"}', '{"fingerprint": "x"}', '{"model": null, "fingerprint": "x"}'],
)
def test_a_damaged_record_means_training(root, record, request):
    """A record that cannot be read is as none: no failure."""
    training.RECORD.write_text(record, "utf-8")
    assert training.current_model() is None


def test_a_record_of_a_deleted_model_means_training(root, trainer):
    """Somebody cleaned models/ up."""
    training.train().unlink()
    assert training.current_model() is None


def test_old_models_are_dropped(root, trainer):
    """Only the newest few stay, the current one among them; other people's files are left alone."""
    for number in range(training.KEPT + 3):
        (root / "data/nlu.yml").write_text(f"version {number}", "utf-8")
        model = training.train()
        os.utime(model, (number, number))
    kept = sorted(path.name for path in (root / "models").glob("hipbot-*.tar.gz"))
    assert len(kept) == training.KEPT and model.name in kept
    assert (root / "models/old.txt").is_file()


def test_the_model_just_trained_is_never_dropped(root, trainer):
    """Also where the older ones carry a time ahead of the clock."""
    for number in range(training.KEPT):
        ahead = root / "models" / f"hipbot-{number}.tar.gz"
        ahead.write_text("old", "utf-8")
        os.utime(ahead, (4e9, 4e9))
    assert training.train().is_file()
    assert training.current_model()


def test_an_interrupt_that_somebody_swallowed_still_ends_the_training():
    """As where it lands in a callback of the garbage collector; and the handler from before is back."""
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        with training._minding_ctrl_c():
            with contextlib.suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    with training._minding_ctrl_c():
        pass
