"""Values that replicas share open only under the key they were written for, with the operator's secret."""

from dinero_mcp.auth.sealing import ValueCipher, new_key

BOUND = b"connection 1, organization 1001, /entries"
VALUE = b"Amount: -1234.50"


def test_a_value_opens_only_under_the_key_it_was_written_for() -> None:
    cipher = ValueCipher.of([new_key()])
    sealed = cipher.seal(VALUE, BOUND)
    assert cipher.open(sealed, BOUND) == VALUE
    assert cipher.open(sealed, BOUND.replace(b"1001", b"1002")) is None


def test_another_secret_key_opens_nothing() -> None:
    sealed = ValueCipher.of([new_key()]).seal(VALUE, BOUND)
    assert ValueCipher.of([new_key(), new_key()]).open(sealed, BOUND) is None


def test_a_value_that_is_cut_short_or_changed_in_any_place_does_not_open() -> None:
    cipher = ValueCipher.of([new_key()])
    sealed = cipher.seal(VALUE, BOUND)
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        assert cipher.open(sealed[:place], BOUND) is None
        assert cipher.open(changed, BOUND) is None


def test_the_first_key_writes_and_every_key_reads() -> None:
    old, new = new_key(), new_key()
    before, rotating, after = ValueCipher.of([old]), ValueCipher.of([new, old]), ValueCipher.of([new])
    assert rotating.open(before.seal(VALUE, BOUND), BOUND) == VALUE
    assert after.open(rotating.seal(VALUE, BOUND), BOUND) == VALUE
    assert before.open(rotating.seal(VALUE, BOUND), BOUND) is None
    assert rotating.names(BOUND) == [*after.names(BOUND), *before.names(BOUND)]


def test_names_tell_nothing_and_each_part_has_its_own() -> None:
    cipher = ValueCipher.of([new_key()])
    [name] = cipher.names(b"connection 1", b"/entries")
    assert name.split(":") == [*cipher.names(b"connection 1"), *cipher.names(b"/entries")]
    assert len({len(part) for part in name.split(":")}) == 1
    assert ValueCipher.of([new_key()]).names(b"connection 1", b"/entries") != [name]


def test_the_same_value_looks_different_each_time_and_the_cipher_shows_no_key() -> None:
    key = new_key()
    cipher = ValueCipher.of([key])
    assert cipher.seal(VALUE, BOUND) != cipher.seal(VALUE, BOUND)
    assert "ValueCipher object" in repr(cipher)


def test_a_key_in_either_spelling_of_base64_is_the_same_key() -> None:
    plain = "+/" * 21 + "A="
    sealed = ValueCipher.of([plain]).seal(VALUE, BOUND)
    assert ValueCipher.of([plain.replace("+", "-").replace("/", "_")]).open(sealed, BOUND) == VALUE
