"""Below an answer stands the short answer of the entry that may be meant instead."""

from dataclasses import replace

from assistant.types import DecisionContext, Thresholds


def replies(services, cut):
    cuts = replace(services.bundle.thresholds.default, also=cut)
    bundle = replace(services.bundle, thresholds=Thresholds("test", cuts))
    return replace(services, bundle=bundle).assistant().reply("怎么退保", DecisionContext())


def test_its_question_short_answer_and_source_are_told(services):
    reply = replies(services, 0.0)
    second = services.snapshot.entries[reply.decision.also]
    first = services.snapshot.entries[reply.decision.entry_id]
    told = services.company.fill(f"如果您问的是“{second.question}”：\n{second.short_answer}")
    assert reply.text == f"{services.company.fill(first.answer)}\n\n{told}"
    assert [citation.entry_id for citation in reply.citations] == [first.id, second.id]
    assert reply.revision == first.revision


def test_below_the_cut_the_answer_stands_alone(services):
    reply = replies(services, 1.0)
    assert reply.decision.also is None
    assert reply.text == services.company.fill(services.snapshot.entries[reply.decision.entry_id].answer)
    assert len(reply.citations) == 1


def test_an_entry_without_a_short_answer_says_nothing(services):
    reply = replies(services, 0.0)
    silent = replace(services.snapshot.entries[reply.decision.also], short_answer="")
    entries = {**services.snapshot.entries, silent.id: silent}
    without = replies(replace(services, snapshot=replace(services.snapshot, entries=entries)), 0.0)
    assert "如果您问的是" not in without.text
