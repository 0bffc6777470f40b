// Findings of the checks in words for editors; the server tells kind, field and what was found.

const LEAST_LETTERS = "2 到 60 个字";

const WORDS = {
  required: () => "还没有填写。",
  intent: () => "请选一个意图。",
  kind: () => "这个意图由人工办理，与条目的类型不符。",
  basis: () => "来源是法律法规，请至少写明一条法律依据。",
  law: ({ found }) => `法规库里没有${found}。`,
  in_force: ({ found }) => `${found}今天不在有效期内，请换成现行的版本。`,
  wording: ({ found, instead }) => `“${found}”不能对客户说：${instead}。`,
  personal_data: () => "看起来有个人信息（电话、证件号等），请删去。",
  placeholder: ({ found }) => (found ? `公司资料里没有 ${found}。` : "花括号没有成对，请补全或删去。"),
  product: ({ found }) => `没有“${found}”这个险种。`,
  validity: () => "结束日期早于开始日期。",
  expired: () => "已经过期，不会再回答客户。",
  length: ({ field, found }, bounds) => {
    if (field === "answer" || field === "short_answer") return `现在 ${found} 字，${bounds[field].join(" 到 ")} 字为好。`;
    return `太短或太长，${LEAST_LETTERS}为好。`;
  },
  variants: ({ found }, bounds) => `只有 ${found} 个问法，至少 ${bounds.variants} 个才容易被找到。`,
  likeness: ({ item }) => (item === null ? "问法之间太像，换些说法更有用。" : "与另一个问法几乎一样，留一个就够。"),
  readability: ({ end }) => (end ? "有一句太长，请拆成几句。" : "句子普遍偏长，短句更好读。"),
  related: ({ found }) => `${found} 没有发布，客户点不到。`,
  shared: ({ instead }) => `条目 ${instead} 已经有这个问题，客户会先找到它。`,
  collision: ({ instead }) => `客户照这样问，会先找到条目 ${instead}。`,
};

/** Return a finding in a sentence. */
export function findingText(finding, bounds) {
  return WORDS[finding.code]?.(finding, bounds) ?? finding.message;
}
