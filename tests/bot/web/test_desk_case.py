import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.desk.case import Case, Event, Lane, Outcome, Secrecy
from bot.desk.moves import Move
from bot.desk.pending import Callback
from bot.hall import drill, duty
from bot.hall.pages import Page
from tests.bot.web.kit import Door, door
from tests.kit_hall import forward

HANDLER, LEADER, STRANGER = "A301", "A001", "A202"


def _form(text: str, action: str) -> str:
    return text.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]


def _hidden(text: str, action: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', _form(text, action)))


async def read(out: Door, no: str, query: str = "") -> str:
    return (await out.page("GET", f"/desk/cases/{no}{query}"))[0]


async def post(out: Door, no: str, move: str, fields: dict[str, str], status: int = 303) -> str:
    """The move by its form as the page has it now: where it leads, or the page with what is wrong."""
    action = f"/desk/cases/{no}/{move}"
    text, answer = await out.page("POST", action, status, data=_hidden(await read(out, no), action) | fields)
    return answer.headers.get("Location", text)


async def kept(out: Door, no: str) -> Case:
    return await out.hall.ledger.read(lambda lists: lists.case(no))


async def change(out: Door, case: Case, **fields: object) -> Case:
    changed = replace(case, **fields)  # type: ignore[arg-type]
    return await out.hall.ledger.write(lambda page: page.record(Outcome(changed, ()), str))


async def reach(out: Door) -> tuple[str, dict[str, str]]:
    """A case of A301, and its customer."""
    no, _, headers = await out.opened()
    await change(out, await kept(out, no), first_handler=HANDLER)
    await out.log_in(HANDLER)
    return no, headers


async def test_help_is_asked_taken_and_done_by_forms(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        page = await read(out, no)
        assert '<option value="crew">抢修班</option>' in page
        assert '<option value="A302">闻潮生（工作岗）</option>' in page
        wrong = await post(out, no, "help", {"to": "A999", "text": "带梯子"}, 422)
        assert "一位同事的工号" in wrong
        assert 'value="A999"' in wrong
        assert await post(out, no, "help", {"to": "crew", "text": "带梯子来"}) == f"/desk/cases/{no}?done=help"
        page = await read(out, no)
        assert "请 抢修班：带梯子来" in page
        assert "还没有人接" in page
        await out.log_in("A302")
        page = await read(out, no)
        assert "接下协办" in page
        assert ">接单</button>" not in page
        assert (await post(out, no, "accept", {})).endswith("?done=taken")
        page = await read(out, no, "?done=taken")
        assert "已接下协办" in page
        assert "闻潮生（A302） 在办" in page
        assert "请您办的：带梯子来" in page
        await post(out, no, "help_done", {"text": "梯子已送到"})
        page = await read(out, no)
        assert "梯子已送到" in page
        assert "我的协办办好了" not in page


async def test_a_transfer_is_asked_shown_and_decided_by_two_buttons(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, headers = await reach(out)
        await post(out, no, "transfer", {"to": "A302", "reason": "我去支援邻镇"})
        page = await read(out, no)
        assert "换首办人，还没有定" in page
        assert "还没有答复" in page
        assert f'action="/desk/cases/{no}/transfer"' not in page
        assert "同意移交" not in page
        body = {"id": "yes", "button": f"consent.{no}"}
        await out.json("POST", "/api/chat/messages", 202, json=body, headers=headers)
        await drill.settle(out.hall)
        await out.log_in(LEADER)
        page = await read(out, no)
        form = _form(page, f"/desk/cases/{no}/reassign")
        assert "已同意" in page
        assert 'name="to" value="A302">同意移交' in form
        assert f'name="to" value="{HANDLER}">不同意' in form
        empty = await post(out, no, "reassign", {"to": "A302", "reason": "。。"}, 422)
        assert "请写明内容" in empty
        await post(out, no, "reassign", {"to": "A302", "reason": "同意，这样更快"})
        assert (await kept(out, no)).first_handler == "A302"
        alerts = await out.hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert not [one for one in alerts if one.why == "transfer"]


async def test_a_leader_may_keep_the_first_handler(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        await post(out, no, "transfer", {"to": "A302", "reason": "我去支援邻镇"})
        await out.log_in(LEADER)
        await post(out, no, "reassign", {"to": HANDLER, "reason": "您最熟，请接着办"})
        case = await kept(out, no)
        assert (case.first_handler, case.transfer) == (HANDLER, None)


async def test_bare_facts_are_shown_once_and_kept_with_the_reason(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        assert "*******0001" in (await read(out, no)).split('id="form-reveal"')[1]
        none = await post(out, no, "reveal", {"reason": "要上门联系"}, 422)
        assert "请写明要看单上的哪一项" in none
        page = await post(out, no, "reveal", {"field.phone": "1", "reason": "要上门联系"}, 200)
        assert "13800000001" in page.split("只在这一次显示")[1].split("</section>")[0]
        again = await read(out, no)
        assert "只在这一次显示" not in again
        assert "要上门联系" in again
        events = await out.hall.ledger.read(lambda lists: lists.events(no))
        assert [(one.by, str(one.text)) for one in events if one.move == "reveal"] == [(HANDLER, "要上门联系")]


async def test_facts_are_corrected_and_empty_fields_change_nothing(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        before = (await kept(out, no)).slots
        await post(out, no, "correct", {"slot.phone": " ", "slot.name": "陈", "reason": "客户电话里说的"})
        assert (await kept(out, no)).slots == {**before, "name": "陈"}
        wrong = await post(out, no, "correct", {"slot.name": "", "reason": "没有改动"}, 422)
        assert "请写明要更正哪一项" in wrong


async def test_a_canned_reply_is_put_into_the_box_and_its_blanks_are_named(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        replies = out.hall.edition().data.handbook.replies
        page = await read(out, no)
        offered = re.findall(r'<option value="([\w.-]+)">', _form(page, f"/desk/cases/{no}"))
        assert offered
        told = {one.code: one for one in replies}
        blanks = 0
        for code in offered:
            assert code in told
            picked = await read(out, no, f"?say={code}")
            box = re.search(r'<textarea id="reply-text"[^>]*>([^<]*)</textarea>', picked)
            assert box
            assert box[1].strip()
            if "{" in box[1]:
                blanks += 1
                assert "发之前先填好这些空" in picked
                assert "还有空没有填" in await post(out, no, "reply", {"text": box[1]}, 422)
            else:
                assert "发之前先填好这些空" not in picked
        assert blanks
        assert '<textarea id="reply-text" name="text" rows="3"' in await read(out, no, "?say=nothing")


async def test_asking_for_what_is_known_is_said_at_once(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        where = await post(out, no, "reply", {"text": "请问您的电话是多少？"})
        assert where == f"/desk/cases/{no}?done=reply&warn=asked_again"
        assert "客户早已说过" in await read(out, no, "?done=reply&warn=asked_again")
        assert await post(out, no, "reply", {"text": "师傅十分钟后到。"}) == f"/desk/cases/{no}?done=reply"


async def test_a_leader_decides_priority_and_calls_back_but_not_about_himself(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        now = out.hall.clock.now()
        await change(out, await kept(out, no), callback=Callback(HANDLER, now, now))
        assert f'action="/desk/cases/{no}/callback"' not in await read(out, no)
        await out.log_in(LEADER)
        await post(out, no, "priority", {"priority": "urgent", "reason": "家里有老人"})
        assert (await kept(out, no)).priority == "urgent"
        await change(out, await kept(out, no), callback=Callback(LEADER, now, now))
        page = await read(out, no)
        assert "评的是您" in page
        assert f'action="/desk/cases/{no}/callback"' not in page
        await change(out, await kept(out, no), callback=Callback(HANDLER, now, now))
        await post(out, no, "callback", {"text": "客户说师傅来晚了，已致歉"})
        assert "已由 秦望舒（A001） 回访" in await read(out, no)


async def test_only_a_leader_decides_what_a_complaint_is(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        await change(out, await kept(out, no), topic="complaint")
        assert "定投诉的类别和等级" not in await read(out, no)
        await out.log_in(LEADER)
        page = await read(out, no)
        assert "定投诉的类别和等级" in page
        await post(out, no, "correct", {"slot.class": "service", "slot.level": "major", "reason": "态度问题"})
        assert (await kept(out, no)).slots["class"] == "service"


async def test_a_hidden_case_is_the_page_of_one_that_is_not_there(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        await change(out, await kept(out, no), first_handler=LEADER, hidden_from=(HANDLER,), named=(HANDLER,))
        hidden, _ = await out.page("GET", f"/desk/cases/{no}", 404)
        missing, _ = await out.page("GET", "/desk/cases/DL20000101-0001", 404)
        assert hidden == missing
        for move in ("accept", "help", "reveal"):
            csrf = _hidden((await out.page("GET", "/desk"))[0], "/logout")
            await out.page("POST", f"/desk/cases/{no}/{move}", 404, data=csrf | {"to": "A302", "text": "看看"})
        assert no not in (await out.page("GET", "/desk?mine=0&state="))[0]
        denied = [one for one in await out.hall.ledger.read(lambda lists: lists.events("")) if one.move == "deny"]
        assert {one.by for one in denied} == {HANDLER}
        assert len(denied) == 4
        await out.log_in(LEADER)
        assert "对 雷九川（A301）不可见" in await read(out, no)


async def test_what_is_confided_is_not_on_a_helper_s_page(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        await post(out, no, "help", {"to": "A302", "text": "请看看线路"})
        await change(out, await kept(out, no), secrecy=Secrecy.CONFIDENTIAL)
        assert "客户要求保密" in await read(out, no)
        await out.log_in("A302")
        page = await read(out, no)
        assert "0001" not in page.replace(no, "")
        assert "客户要求保密" in page


async def test_the_brief_comes_first_and_says_what_to_answer(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, headers = await reach(out)
        await out.say(headers, "怎么还没来！！急死了！！都等了多久了", "angry")
        page = await read(out, no)
        brief = page.split('id="brief"')[1].split("</section>")[0]
        assert page.index('id="brief"') < page.index('id="talk"') < page.index('id="do"') < page.index('id="time"')
        for title in ("客户要办", "心情", "首办人", "时限", "要素", "答应过", "做过", "可以这样答", "依据"):
            assert title in brief, title


async def test_the_way_back_is_never_another_house(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        assert await post(out, no, "note", {"text": "一", "back": "//evil.example"}) == f"/desk/cases/{no}?done=note"
        assert await post(out, no, "note", {"text": "二", "back": "/desk"}) == "/desk?done=note"
        await out.log_in(STRANGER)
        assert "没有您可做的动作" in await read(out, no)


async def test_a_case_is_paused_and_taken_up_again_by_forms(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, headers = await reach(out)
        assert f'action="/desk/cases/{no}/pause"' not in await read(out, no)  # nobody has accepted it
        await post(out, no, "accept", {})
        await post(out, no, "stage", {"stage": "arrive"})
        page = await read(out, no)
        assert 'value="2026-11-24T17:30" required' in _form(page, f"/desk/cases/{no}/pause")
        for fields, said in (
            ({"reason": "。", "until": "2026-11-24T17:30"}, "请写明内容"),
            ({"reason": "等配件", "until": ""}, "请写明挂起到哪一天"),
            ({"reason": "等配件", "until": "2026-11-20T17:30"}, "已经过去了"),
            ({"reason": "等配件", "until": "2027-11-20T17:30"}, "一次不能挂起这么久"),
        ):
            wrong = await post(out, no, "pause", fields, 422)
            assert said in wrong, fields
            assert f'value="{fields["until"]}"' in _form(wrong, f"/desk/cases/{no}/pause")
        fields = {"reason": "还缺一样材料", "wants": "产权证明、委托书", "until": "2026-11-25T12:00"}
        assert await post(out, no, "pause", fields) == f"/desk/cases/{no}?done=pause"
        case = await kept(out, no)
        assert (case.state, case.pauses[0].wants) == ("waiting_customer", ("产权证明", "委托书"))
        page = await read(out, no)
        history = page.split('id="pauses"')[1].split("</ul>")[0]
        for word in ("还缺一样材料", "等：产权证明、委托书", "挂起中，等客户", "雷九川（A301）"):
            assert word in history, word
        assert f'action="/desk/cases/{no}/pause"' not in page
        assert any("产权证明、委托书" in line["text"] for line in await out.talk(headers))
        assert await post(out, no, "resume", {}) == f"/desk/cases/{no}?done=resume"
        page = await read(out, no, "?done=resume")
        assert "时限接着走" in page
        assert "接着办" in page.split('id="pauses"')[1].split("</ul>")[0]
        assert f'action="/desk/cases/{no}/resume"' not in page


async def test_a_helper_pauses_his_own_task_alone(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        await post(out, no, "accept", {})
        await post(out, no, "help", {"to": "A302", "text": "带梯子来"})
        await out.log_in("A302")
        await post(out, no, "accept", {})
        page = await read(out, no)
        assert "挂起我的协办" in page
        assert "等客户补哪些材料" not in page
        await post(out, no, "pause", {"reason": "梯子在修", "until": "2026-11-24T12:00"})
        case = await kept(out, no)
        assert (case.pauses[0].task, case.state) == (1, "accepted")
        assert "我的协办接着办" in await read(out, no)
        await out.log_in(HANDLER)
        page = await read(out, no)
        assert f'action="/desk/cases/{no}/resume"' not in page
        await out.log_in("A302")
        await post(out, no, "resume", {})
        assert (await kept(out, no)).pauses[0].ended_by == "A302"


async def test_a_time_promised_beside_the_words_is_tracked(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        await post(out, no, "accept", {})
        await post(out, no, "reply", {"text": "师傅去了再给您消息", "promise_at": "2026-11-23T16:00"})
        (said,) = [one for one in (await kept(out, no)).promises if one.by]
        assert (said.by, f"{said.promise_at:%H:%M}") == (HANDLER, "16:00")
        await post(out, no, "note", {"text": "电话里约好了", "promise_at": "2026-11-23T17:00"})
        assert [one.by for one in (await kept(out, no)).promises if one.by and not one.ended_at] == [HANDLER]
        wrong = await post(out, no, "reply", {"text": "好", "promise_at": "2026-11-20T16:00"}, 422)
        assert 'value="2026-11-20T16:00"' in _form(wrong, f"/desk/cases/{no}/reply")
        assert "已经过去了" in wrong
        assert await post(out, no, "reply", {"text": "好的", "promise_at": ""}) == f"/desk/cases/{no}?done=reply"


async def test_alerts_of_the_case_stand_on_its_page_with_who_answers(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        assert 'id="raised"' not in await read(out, no)
        await forward(out.hall, minutes=31)
        raised = (await read(out, no)).split('id="raised"')[1].split("</ul>")[0]
        for word in ("无人接单", "还没有人负责", "秦望舒（A001）"):
            assert word in raised, word
        for alert in await out.hall.ledger.read(lambda lists: lists.alerts(only_open=True)):
            await duty.acknowledge(out.hall, out.hall.edition().data.books.person(LEADER), alert.id)
        raised = (await read(out, no)).split('id="raised"')[1].split("</ul>")[0]
        assert "还没有人负责" not in raised
        assert "秦望舒（A001） 今天 10:31 负责" in raised


async def test_a_card_edited_in_place_stands_once_as_it_reads_now(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        await post(out, no, "accept", {})
        await post(out, no, "stage", {"stage": "arrive"})
        talk = (await read(out, no)).split('id="talk"')[1].split("</ol>")[0]
        assert talk.count("步骤：") == 1
        assert "●受理派单　◐到场" in talk
        assert "有进展：到场" in talk.split("●受理派单")[1]  # at the receipt's place, before the news


async def test_a_clock_that_stands_still_counts_nothing_down(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        await post(out, no, "accept", {})
        await post(out, no, "stage", {"stage": "arrive"})
        brief = (await read(out, no)).split('id="brief"')[1].split("</section>")[0]
        assert "时限停着" not in brief
        await post(out, no, "pause", {"reason": "等配件", "until": "2026-11-24T12:00"})
        assert "挂起，时限停着" in (await read(out, no)).split('id="brief"')[1].split("</section>")[0]
        assert "挂起，时限停着" in (await out.page("GET", "/desk"))[0]


async def test_a_reminder_of_the_clock_takes_no_form_from_under_the_hands_but_a_colleague_does(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await reach(out)
        read_at = _hidden(await read(out, no), f"/desk/cases/{no}/accept")["version"]
        late = Event(no, 0, out.hall.clock.now() + timedelta(seconds=1), Lane.SUPPORT, "clock", Move.LATE, public=False)

        def remind(page: Page) -> None:
            case = page.case(no)
            page.record(Outcome(replace(case, seq=case.seq + 1), (replace(late, seq=case.seq + 1),)), str)

        await out.hall.ledger.write(remind)
        assert (await kept(out, no)).version == int(read_at) + 1
        path, who = f"/api/staff/cases/{no}/accept", await out.staff(HANDLER)
        assert (await out.json("POST", path, 409, json={"version": int(read_at)}, headers=who))["error"] == "changed"
        assert await post(out, no, "accept", {"version": read_at}) == f"/desk/cases/{no}?done=accept"
        wrong = await post(out, no, "resolve", {"version": read_at, "text": "熔丝已换"}, 409)
        assert "别人刚动过" in wrong
        assert "熔丝已换" in wrong
