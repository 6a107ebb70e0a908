"""A real child is SIGKILLed while it waits for the rest of a burst; what it had acknowledged is answered, once."""

from pathlib import Path

import pytest

from tests.faults.child import Death
from tests.faults.test_kill import Client, base_of, quiet


@pytest.mark.slow
def test_killed_in_the_middle_of_the_wait_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    client = Client(tmp_path, Death())
    client.customer = client.call("POST", "/api/chat/sessions", {})["token"]
    for number, text in enumerate(("你好", "我家", "停电了")):
        client.call("POST", "/api/chat/messages", {"id": f"m{number}", "text": text}, client.customer)
    with base_of(client.url) as base:
        assert [done for (done,) in base("SELECT done_at FROM inbox")] == [None] * 3  # the wait is on
    client.child.process.kill()
    client._again()
    client.address, client.tokens = client._open()
    client.read("没电的是哪里")
    quiet(client)
    assert client.child.finish() is not None
    with base_of(client.url) as base:
        assert base("SELECT text FROM talk WHERE sender = 'customer' ORDER BY seq") == [
            ("你好",),
            ("我家",),
            ("停电了",),
        ]
        assert base("SELECT id FROM inbox WHERE done_at IS NULL") == []
        assert base("SELECT count(*) FROM talk WHERE sender <> 'customer'") == [(1,)]
