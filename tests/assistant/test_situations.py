"""The acknowledgement fits the words: refusal, delay, scam calls, stolen accounts."""

import pytest

from assistant.understanding.situations import shipped_situations, situation_of


@pytest.mark.parametrize(
    ("intent", "text", "entry_id"),
    [
        ("complaint_claim", "拒赔理由不成立,我要复议", "complaint_claim.denied"),
        ("complaint_claim", "材料交了三个月了还没赔", "complaint_claim.delay"),
        ("complaint_claim", "我要投诉理赔", "complaint_claim.default"),
        ("complaint_product", "说免费赠送,第二个月就扣钱", "complaint_product.charged"),
        ("complaint_product", "合同上不是我签的字", "complaint_product.agent_signature"),
        ("complaint_other", "天天给我打推销电话", "complaint_other.calls"),
        ("complaint_other", "可以投诉保监会吗", "complaint_other.regulator"),
        ("fraud_report", "有人说能全额退保收三成手续费", "fraud_report.surrender_agent"),
        ("fraud_report", "隔壁修理厂骗保怎么举报", "fraud_report.insurance_fraud"),
        ("fraud_report", "百万保障到期要扣费是诈骗吗", "fraud_report.default"),
        ("privacy_security", "为什么你们有我电话", "privacy_security.source"),
        ("privacy_security", "账号被盗了", "privacy_security.account_stolen"),
        ("privacy_security", "把我的资料都删掉", "privacy_security.delete_data"),
        ("emergency", "高速上追尾了有人流血", "emergency.accident"),
        ("emergency", "家里着火了", "emergency.default"),
        ("human_agent", "转人工", "human_agent.default"),
    ],
)
def test_the_fitting_acknowledgement(intent, text, entry_id):
    assert situation_of(intent, text) == entry_id


def test_every_situation_is_an_acknowledgement_of_its_intent(services):
    for entry_id in shipped_situations():
        entry = services.snapshot.entries[entry_id]
        assert (entry.kind, entry.intent) == ("acknowledgement", entry_id.split(".")[0])
