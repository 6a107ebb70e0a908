from bot.web.passwords import Argon2


async def test_only_the_right_word_fits() -> None:
    passwords = Argon2()
    hashed = await passwords.hash("richtig-12")
    assert hashed.startswith("$argon2id$")
    assert await passwords.verify(hashed, "richtig-12")
    assert not await passwords.verify(hashed, "falsch")
    assert not await passwords.verify("", "richtig-12")
    assert not await passwords.verify("rubbish", "richtig-12")
