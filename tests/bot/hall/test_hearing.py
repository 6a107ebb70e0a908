"""What one message does, end to end: said, bound, opened, tied, passed on; real ledger, real rules."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.case import Case, Outcome, Secrecy, State
from bot.desk.pausing import Wish
from bot.guide.thread import Floor
from bot.hall import cards, counter, drill, handing, reception
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Attachment, Heard, Line
from tests.kit import CREW, GUIDE, LEADER, MONDAY, WORKER, heard_by, say, told
from tests.kit_hall import (
    ADDRESS,
    CLOSING,
    cases_of,
    letters,
    moves_of,
    newest,
    outage,
    sit_down,
    staff,
    thread_of,
    wants_person,
)

TRANSFER = "过户要带什么"
OTHER_CREW = "A302"


async def lines(hall: Hall, customer: str) -> tuple[Line, ...]:
    return await hall.ledger.read(lambda lists: lists.lines(customer, 0, 1000))


async def unbound(hall: Hall, customer: str) -> list[str]:
    return [line.text for line in await lines(hall, customer) if not line.case]


async def denials(hall: Hall) -> list[str]:
    events = await hall.ledger.read(lambda lists: lists.events(""))
    return [event.facts["what"].partition(" ")[0] for event in events if event.move == "deny"]


async def two(hall: Hall) -> tuple[str, Case, Case]:
    """A customer with an outage and a change of holder under way."""
    customer, first = await outage(hall)
    await say(hall, customer, "就我一家", "跳过", TRANSFER, "1", "13800138000", "跳过", "跳过")
    return customer, first, await newest(hall, customer)


async def asked_to_change(hall: Hall) -> tuple[str, Case]:
    """A customer who is asked whether his first handler may change."""
    customer, case = await outage(hall)
    await say(hall, customer, "就我一家", "跳过")
    await counter.accept(hall, staff(hall, CREW), case.no)
    await handing.transfer(hall, staff(hall, CREW), case.no, OTHER_CREW, "去另一处抢修", Asked())
    await drill.settle(hall)
    return customer, case


class TestConsent:
    @pytest.mark.parametrize("how", ["同意", "1", "可以", "好的", "换", "button"])
    async def test_is_given_by_word_number_or_button(self, hall: Hall, how: str) -> None:
        customer, case = await asked_to_change(hall)
        question = (await heard_by(hall, customer))[-1]
        assert [button.label for button in question.buttons] == ["同意", "不同意"]
        if how == "button":
            await say(hall, customer, button=question.buttons[0].value)
            assert (await lines(hall, customer))[-2].text == "同意"
        else:
            await say(hall, customer, how)
        moved = await newest(hall, customer)
        assert moved.transfer
        assert moved.transfer.consented_at
        assert moved.first_handler == CREW  # the duty leader decides too
        assert "consent" in await moves_of(hall, case.no)

    @pytest.mark.parametrize("how", ["不同意", "2", "不换", "button"])
    async def test_is_refused_likewise_and_nothing_changes(self, hall: Hall, how: str) -> None:
        customer, case = await asked_to_change(hall)
        button = (await heard_by(hall, customer))[-1].buttons[1].value
        await (say(hall, customer, button=button) if how == "button" else say(hall, customer, how))
        kept = await newest(hall, customer)
        assert (kept.transfer, kept.first_handler) == (None, CREW)
        await say(hall, customer, button=button)
        assert "已经用过或过期" in await told(hall, customer)
        assert (await newest(hall, customer)).version == kept.version
        assert "consent" not in await moves_of(hall, case.no)

    async def test_an_old_button_does_not_agree_to_a_new_question(self, hall: Hall) -> None:
        customer, case = await asked_to_change(hall)
        old = (await heard_by(hall, customer))[-1].buttons[0].value
        await say(hall, customer, "不同意")
        drill.practice(hall).clock.turn_to(MONDAY + timedelta(minutes=5))
        await handing.transfer(hall, staff(hall, CREW), case.no, OTHER_CREW, "还是要去", Asked())
        await drill.settle(hall)
        await say(hall, customer, button=old)
        assert "已经用过或过期" in await told(hall, customer)
        waiting = (await newest(hall, customer)).transfer
        assert waiting
        assert waiting.consented_at is None
        await say(hall, customer, "同意")
        agreed = (await newest(hall, customer)).transfer
        assert agreed
        assert agreed.consented_at

    async def test_silence_thanks_and_polite_words_after_others_are_none(self, hall: Hall) -> None:
        customer, case = await asked_to_change(hall)
        await say(hall, customer, "谢谢", "好的", "可以", "👍")
        waiting = await newest(hall, customer)
        assert waiting.transfer
        assert waiting.transfer.consented_at is None
        assert "consent" not in await moves_of(hall, case.no)

    async def test_where_no_leader_decides_the_old_hands_speak_no_more(self, hall: Hall) -> None:
        customer, case = await asked_to_change(hall)
        await counter.reply(hall, staff(hall, CREW), case.no, "我先和您说一声")
        assert (await thread_of(hall, customer)).speaker == CREW

        def alone(page: Page) -> None:  # as if the hall's rule left it to the customer
            now = page.case(case.no)
            assert now.transfer
            page.record(Outcome(replace(now, transfer=replace(now.transfer, leader=False)), ()), str)

        await hall.ledger.write(alone)
        await say(hall, customer, "同意")
        assert (await newest(hall, customer)).first_handler == OTHER_CREW
        thread = await thread_of(hall, customer)
        assert (thread.floor, thread.speaker) == (Floor.GUIDE, "")


class TestBinding:
    async def test_each_line_about_a_case_carries_its_number(self, hall: Hall) -> None:
        customer, first, second = await two(hall)
        found = await lines(hall, customer)
        by_text = {line.text: line.case for line in found if line.sender == "customer"}
        assert by_text[ADDRESS] == first.no
        assert by_text["就我一家"] == first.no
        assert by_text["13800138000"] == second.no
        assert by_text[TRANSFER] == ""
        questions = [line for line in found if line.sender == "guide" and line.case]
        for line in questions:  # whatever is about a case names who answers for it
            holder = staff(hall, first.first_handler if line.case == first.no else second.first_handler)
            assert f"{holder.name}（工号 {holder.no}" in line.text, line.text

    async def test_a_picture_is_asked_about_and_joins_the_case_that_is_chosen(self, hall: Hall) -> None:
        customer, first, _ = await two(hall)
        picture = Attachment("a.jpg", "image/jpeg", 3, "k")
        await reception.receive(hall, Heard("f", customer, files=(picture,)))
        await drill.settle(hall)
        asked = (await heard_by(hall, customer))[-1]
        assert [button.value.partition(".")[0] for button in asked.buttons] == ["add", "add", "later"]
        before = await moves_of(hall, first.no)
        await say(hall, customer, "2")
        assert await moves_of(hall, first.no) == [*before, "correct"]
        event = (await hall.ledger.read(lambda lists: lists.events(first.no)))[-1]
        assert str(event.text) == "（发来附件）"

    async def test_hurrying_is_asked_about_and_done_for_the_one_that_is_chosen(self, hall: Hall) -> None:
        customer, first, second = await two(hall)
        await say(hall, customer, "催一下", "2")
        cases = {case.no: case.urges for case in await cases_of(hall, customer)}
        assert cases == {first.no: 1, second.no: 0}

    async def test_all_about_a_complaint_carries_its_number_from_the_first_word(self, hall: Hall) -> None:
        customer, first = await outage(hall)
        await say(hall, customer, "就我一家", "跳过")
        seen = len(await lines(hall, customer))
        await say(hall, customer, f"我要投诉{CREW}，态度恶劣", "昨天", "他还收了我钱", "谢谢")
        complaint = await newest(hall, customer)
        assert complaint.topic == "complaint"
        assert CREW in complaint.hidden_from
        assert {line.case for line in (await lines(hall, customer))[seen:]} == {complaint.no}
        for letter in await letters(hall, f"staff:{CREW}"):
            assert "投诉" not in letter.text
        assert first.no != complaint.no

    async def test_a_report_too_while_it_is_still_being_asked_about(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, "我要举报，楼下饭店偷电")
        assert await cases_of(hall, customer) == ()
        await say(hall, customer, "匿名", "青石镇竹溪路20号一楼饭店", "从表前接的")
        (report,) = await cases_of(hall, customer)
        assert (report.topic, report.secrecy) == ("theft_report", Secrecy.ANONYMOUS)
        assert {line.case for line in await lines(hall, customer)} == {report.no}
        assert {one.case for one in await letters(hall, f"customer:{customer}")} == {report.no}

    async def test_of_several_sentences_only_the_safety_words_stand_alone(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, "配电箱着火了！")
        case = await newest(hall, customer)
        loose = await unbound(hall, customer)
        assert len(loose) == 1
        assert "119" in loose[0]
        assert (await lines(hall, customer))[0].case == case.no


class TestAgain:
    async def done(self, hall: Hall) -> tuple[str, Case]:
        customer, case = await outage(hall)
        await say(hall, customer, "就我一家", "跳过")
        await counter.accept(hall, staff(hall, CREW), case.no)
        await counter.resolve(hall, staff(hall, CREW), case.no, "好了", CLOSING)
        await drill.settle(hall)
        return customer, case

    async def test_solved_and_rated_with_words_then_dark_again_in_the_same_hands(self, hall: Hall) -> None:
        customer, case = await self.done(hall)
        await say(hall, customer, "好的谢谢", "👍")
        assert (await newest(hall, customer)).state is State.RESOLVED
        await say(hall, customer, "解决了，谢谢师傅", "好的谢谢", "5分 师傅很好")
        closed = await newest(hall, customer)
        assert closed.state is State.CLOSED
        assert closed.rating
        assert (closed.rating.score, closed.rating.words, closed.rating.handler) == (5, "师傅很好", CREW)
        await say(hall, customer, "谢谢")
        assert (await newest(hall, customer)).state is State.CLOSED
        await say(hall, customer, "又停电了")
        again = await newest(hall, customer)
        assert (again.no, again.state, again.first_handler) == (case.no, State.IN_PROGRESS, CREW)

    async def test_a_low_score_is_called_back_by_somebody_else(self, hall: Hall) -> None:
        customer, _ = await self.done(hall)
        await say(hall, customer, "1", "1分，等了三个小时")
        rated = await newest(hall, customer)
        assert rated.rating
        assert (rated.rating.score, rated.rating.words) == (1, "等了三个小时")
        assert rated.callback
        assert rated.callback.about == CREW
        assert "值班领导" in (await heard_by(hall, customer))[-1].text

    async def test_a_new_report_opens_at_once_and_both_know_of_each_other(self, hall: Hall) -> None:
        customer, old = await self.done(hall)
        await say(hall, customer, "1", f"{ADDRESS}停电了")
        new = await newest(hall, customer)
        assert new.no != old.no
        assert new.links == (old.no,)
        assert (await cases_of(hall, customer))[-1].links == (new.no,)
        assert "link" in await moves_of(hall, old.no)
        assert "link" in await moves_of(hall, new.no)
        assert f"您之前的 {old.no}" in await told(hall, customer)

    async def test_danger_where_an_outage_is_under_way_is_tied_to_it(self, hall: Hall) -> None:
        customer, first = await outage(hall)
        await say(hall, customer, "电线冒火花了")
        hazard = await newest(hall, customer)
        assert (hazard.topic, hazard.links) == ("hazard", (first.no,))
        assert f"这件和您的 {first.no} 是一回事" in await told(hall, customer)


class TestPrivacy:
    @pytest.mark.parametrize("text", ["隔壁老王家欠多少", "我前夫家的电费", "张三住哪", "这户是谁的"])
    async def test_other_peoples_data_never_in_one_same_sentence_and_kept(self, hall: Hall, text: str) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, text)
        (answer,) = await heard_by(hall, customer)
        assert "都是人家的私事" in answer.text
        assert await denials(hall) == ["chat.others"]

    async def test_an_identity_number_is_masked_and_the_customer_told_once_a_message(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, "110101199003070134 电费怎么交 110101199003070134")
        said = [line.text for line in await heard_by(hall, customer)]
        assert len(said) == 2
        assert "已经遮住" in said[0]
        assert "已经遮住" not in said[1]
        assert "110101199003070134" not in str(await lines(hall, customer))

    async def test_several_may_prove_one_account(self, hall: Hall) -> None:
        for _ in range(2):
            customer = await sit_down(hall)
            account = next(iter(hall.edition().data.accounts.values()))
            await say(hall, customer, "电费多少", account.no, account.holder[-1])
            person = await hall.ledger.read(lambda lists, key=customer: lists.person(key))  # type: ignore[misc]
            assert person
            assert person.accounts == {account.no: "P2"}


class TestCard:
    async def test_the_receipt_and_the_status_lead_to_it(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        assert case.card
        link = f"/card/{case.card}"
        assert link in await told(hall, customer)
        found = await hall.ledger.read(lambda lists: cards.case_by_key(lists, case.card))
        assert found
        assert found.no == case.no
        await say(hall, customer, "催一下")
        urged = (await heard_by(hall, customer))[-1].text
        assert link in urged
        assert "◐受理派单　○到场" in urged
        assert "起由这位负责" in urged
        await say(hall, customer, f"{case.no} 到哪了")
        status = (await heard_by(hall, customer))[-1].text
        assert link in status
        assert "步骤：◐受理派单" in status

    async def test_a_hall_without_an_address_has_no_such_line(self, still: Hall) -> None:
        bare = replace(still, base_url="")
        customer = await sit_down(bare)
        await reception.receive(bare, Heard("1", customer, text="转人工"))
        await reception.drain(bare, customer)
        receipt = (await letters(bare, f"customer:{customer}"))[0].text
        assert "单号" in receipt
        assert "进展随时可看" not in receipt

    async def test_after_a_change_of_hands_it_says_since_when(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        await say(hall, customer, "就我一家", "跳过")
        drill.practice(hall).clock.turn_to(MONDAY + timedelta(minutes=20))
        await handing.reassign(hall, staff(hall, LEADER), case.no, OTHER_CREW, "就近", Asked())
        await say(hall, customer, f"{case.no} 到哪了")
        assert "从 11月23日（周一）10:20 起由这位负责" in (await heard_by(hall, customer))[-1].text


class TestFloor:
    async def held(self, hall: Hall) -> tuple[str, Case]:
        customer, case = await wants_person(hall)
        await counter.accept(hall, staff(hall, GUIDE), case.no)
        await drill.settle(hall)
        return customer, case

    async def test_what_is_said_belongs_to_the_case_of_who_speaks(self, hall: Hall) -> None:
        customer, case = await self.held(hall)
        before = await told(hall, customer)
        await say(hall, customer, TRANSFER, "0", "转人工")
        assert await told(hall, customer) == before
        mine = [line for line in await lines(hall, customer) if line.sender == "customer"]
        assert {line.case for line in mine} == {case.no}
        passed = [one.text for one in await letters(hall, f"staff:{GUIDE}") if one.kind == "words"]
        assert [text.rsplit("\n", 1)[-1] for text in passed] == [TRANSFER, "0", "转人工"]
        await counter.release(hall, staff(hall, GUIDE), case.no)
        await say(hall, customer, "你好")
        assert "您好" in (await heard_by(hall, customer))[-1].text

    async def test_danger_brings_safety_words_a_case_and_is_passed_on_before_all_else(self, hall: Hall) -> None:
        customer, case = await self.held(hall)
        await say(hall, customer, "配电箱着火了！", "火更大了，着火了")
        assert "119" in await told(hall, customer)
        hazard, _ = await cases_of(hall, customer)
        assert hazard.topic == "hazard"
        assert (await moves_of(hall, hazard.no)).count("correct") == 1
        passed = [one for one in await letters(hall, f"staff:{GUIDE}") if one.kind == "words"]
        assert [one.urgent for one in passed] == [True, True]
        thread = await thread_of(hall, customer)
        assert (thread.floor, thread.speaker, thread.case) == (Floor.STAFF, GUIDE, case.no)

    async def test_a_complaint_of_who_speaks_reaches_him_in_no_way(self, hall: Hall) -> None:
        customer, case = await self.held(hall)
        await say(hall, customer, f"我要投诉{GUIDE}", "他还骂我，投诉他")
        complaint = await newest(hall, customer)
        assert complaint.topic == "complaint"
        assert GUIDE in complaint.hidden_from
        assert complaint.first_handler != GUIDE
        assert "投诉" not in str([one.text for one in await letters(hall, f"staff:{GUIDE}")])
        assert {line.case for line in (await lines(hall, customer)) if "投诉" in line.text} == {complaint.no}
        assert (await thread_of(hall, customer)).case == case.no


class TestNight:
    """Nobody of the day is there; and a roster in which nobody ever is."""

    def night(self, hall: Hall, *, hole: bool) -> Hall:
        drill.practice(hall).clock.turn_to(MONDAY.replace(hour=23))
        if not hole:
            return hall
        edition = hall.edition()
        books = edition.data.books
        empty = replace(books, roster=replace(books.roster, shifts=()))
        holed = replace(edition, data=replace(edition.data, books=empty))
        return replace(hall, edition=lambda: holed)

    async def heard(self, hall: Hall, text: str) -> tuple[Case, str]:
        customer = await sit_down(hall)
        await reception.receive(hall, Heard("n", customer, text=text))
        await reception.drain(hall, customer)
        return await newest(hall, customer), "\n".join(one.text for one in await letters(hall, f"customer:{customer}"))

    @pytest.mark.parametrize("hole", [False, True])
    @pytest.mark.parametrize("text", [f"我要投诉{WORKER}", "转人工"])
    async def test_it_opens_with_a_name_and_the_next_opening(self, still: Hall, text: str, *, hole: bool) -> None:
        case, said = await self.heard(self.night(still, hole=hole), text)
        person = staff(still, case.first_handler)
        assert person.name in said
        assert person.no != WORKER
        if hole or case.topic == "human_agent":
            assert "11月24日（周二）08:30 上班后就接着办" in said

    @pytest.mark.parametrize("hole", [False, True])
    async def test_danger_waits_for_no_morning(self, still: Hall, *, hole: bool) -> None:
        case, said = await self.heard(self.night(still, hole=hole), "电线掉下来冒火花了")
        assert case.topic == "hazard"
        assert "上班后" not in said
        assert case.accept_from == still.clock.now()
        alerts = await still.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert [alert.why for alert in alerts] == ["danger"]
        assert alerts[0].to

    @pytest.mark.parametrize("hole", [False, True])
    async def test_nor_does_an_outage(self, still: Hall, *, hole: bool) -> None:
        hall = self.night(still, hole=hole)
        customer = await sit_down(hall)
        for number, text in enumerate(("停电报修", ADDRESS)):
            await reception.receive(hall, Heard(str(number), customer, text=text))
        await reception.drain(hall, customer)
        case = await newest(hall, customer)
        assert case.accept_from == still.clock.now()
        assert "上班后" not in str([one.text for one in await letters(hall, f"customer:{customer}")])


async def test_danger_in_a_half_told_report_opens_both_each_with_its_own_words(hall: Hall) -> None:
    customer = await sit_down(hall)
    await say(hall, customer, "我要匿名举报有人偷电")
    ready = (await thread_of(hall, customer)).number
    await say(hall, customer, "电线从电表前面接的，还冒火花")
    hazard, report = sorted(await cases_of(hall, customer), key=lambda case: case.topic)
    assert (hazard.topic, report.topic, report.no) == ("hazard", "theft_report", ready)
    assert (report.secrecy, dict(hazard.slots)) == (Secrecy.ANONYMOUS, {})
    assert [line.case for line in await lines(hall, customer) if "冒火花" in line.text] == [report.no]
    assert "客户说：还冒火花" in "\n".join(letter.text for letter in await letters(hall, f"staff:{CREW}"))
    asked = (await lines(hall, customer))[-1]
    assert (asked.case, (await thread_of(hall, customer)).case) == (hazard.no, hazard.no)


async def test_an_identity_card_hides_no_matter(hall: Hall) -> None:
    customer = await sit_down(hall)
    await say(hall, customer, "我要过户，身份证320102199001011234，帮我办")
    assert (await thread_of(hall, customer)).topic == "owner_transfer"
    assert "320102199001011234" not in str(await lines(hall, customer))


async def test_a_complaint_in_a_rating_is_not_read_by_who_is_rated(hall: Hall) -> None:
    customer, case = await outage(hall)
    await say(hall, customer, "就我一家", "跳过")
    await counter.accept(hall, staff(hall, CREW), case.no)
    await counter.resolve(hall, staff(hall, CREW), case.no, "好了", CLOSING)
    await say(hall, customer, "已解决", "1分，我要投诉雷九川，骂人")
    rated = next(one for one in await cases_of(hall, customer) if one.no == case.no)
    assert rated.rating
    assert (rated.rating.score, rated.rating.words) == (1, "")
    filed = await newest(hall, customer)
    assert [line.case for line in await lines(hall, customer) if "投诉雷九川" in line.text] == [filed.no]
    assert "骂人" not in "\n".join(letter.text for letter in await letters(hall, f"staff:{CREW}"))


class TestGraveWords:
    async def test_the_leader_is_called_on_the_case_and_the_customer_hears_his_right(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        await say(hall, customer, "再不来人我就找记者")
        assert "找媒体反映是您的权利" in await told(hall, customer)
        (alert,) = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert (alert.case, alert.why, alert.rung) == (case.no, "media", "grave:media")
        letter = next(one for one in await letters(hall, f"staff:{LEADER}") if "找记者" in one.text)
        assert letter.rank == 0
        assert [line.case for line in await lines(hall, customer) if "找记者" in line.text] == [case.no]

    async def test_said_thrice_it_is_one_alert(self, hall: Hall) -> None:
        customer, _ = await outage(hall)
        await say(hall, customer, "我要找记者", "真的找记者", "等着，我找记者")
        assert len(await hall.ledger.read(lambda lists: lists.alerts(only_open=True))) == 1

    async def test_on_a_case_that_ended_meanwhile_a_new_one_opens(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        await say(hall, customer, "就我一家", "跳过", "撤单", "确定撤销", "我要找记者")
        opened = await newest(hall, customer)
        assert opened.no != case.no
        (alert,) = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert alert.case == opened.no


class TestNews:
    async def test_what_was_done_since_he_looked_is_told_in_lines(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        await say(hall, customer, "就我一家", "跳过")
        crew = staff(hall, CREW)
        await counter.accept(hall, crew, case.no)
        await counter.release(hall, crew, case.no)
        await drill.forward(hall, MONDAY + timedelta(minutes=10))
        await say(hall, customer, "催一下")
        first = (await heard_by(hall, customer))[-1].text
        assert "您上次问过以后：\n· 11月23日 10:00 雷九川" in first
        await say(hall, customer, "催一下")
        assert "您上次问过以后" not in (await heard_by(hall, customer))[-1].text

    async def test_a_broken_promise_is_owned_up_to_first(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        await say(hall, customer, "就我一家", "跳过")
        await counter.accept(hall, staff(hall, CREW), case.no)
        await counter.release(hall, staff(hall, CREW), case.no)
        await drill.forward(hall, MONDAY + timedelta(hours=2))
        await say(hall, customer, "怎么还没来")
        answer = next(one.text for one in reversed(await heard_by(hall, customer)) if "已替您催" in one.text)
        assert answer.startswith("对不起，说好的时间过了")
        assert "没能按时做到" in answer

    async def test_what_was_waited_for_moves_the_case_on(self, hall: Hall) -> None:
        customer, case = await wants_person(hall)
        guide = staff(hall, GUIDE)
        await counter.accept(hall, guide, case.no)
        await counter.release(hall, guide, case.no)
        wish = Wish("麻烦您补一张照片", MONDAY + timedelta(days=1), ("表箱照片",))
        await counter.pause(hall, guide, case.no, wish)
        assert (await newest(hall, customer)).state is State.WAITING_CUSTOMER
        await say(hall, customer, "照片发你了")
        assert (await newest(hall, customer)).state is State.IN_PROGRESS
        assert "收到您补来的" in await told(hall, customer)


async def test_a_press_about_the_power_is_kept_in_its_own_words(hall: Hall) -> None:
    customer, case = await outage(hall)
    await say(hall, customer, "就我一家", "跳过")
    await counter.accept(hall, staff(hall, CREW), case.no)
    await counter.resolve(hall, staff(hall, CREW), case.no, "送上电了", CLOSING)
    asked = await newest(hall, customer)
    await hall.ledger.write(lambda page: page.record(Outcome(replace(asked, incident="GZ20261123-0001"), ()), str))
    await say(hall, customer, button=f"refuse.{case.no}")
    assert [line.text for line in await lines(hall, customer) if line.sender == "customer"][-1] == "还没来电"
    assert (await newest(hall, customer)).state is State.IN_PROGRESS
