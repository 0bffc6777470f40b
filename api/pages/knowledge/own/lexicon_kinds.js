// The kinds of lexicons: how each is written in lines, and what a trial of it tells.

const words = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const cut = (told) => `分词：${told.words.join(" / ") || "（无）"}　检索用词：${told.terms.join("、") || "（无）"}`;

export const LEXICONS = {
  terms: {
    title: "专有词",
    label: "整体保留的词，一行一个",
    about: "产品名、行业词等，检索时不会被拆开。",
    trial: "看一句话怎么分词",
    example: "小红保终身寿险怎么退保",
    write: (value) => value.join("\n"),
    read: words,
    told: cut,
    shipped: (value) => value.join("、"),
  },
  synonyms: {
    title: "同义词",
    label: "一行一组，写成“标准词：别的说法、别的说法”",
    about: "客户的叫法和合同里的词对应起来。与自带的同一个标准词写在一起时，以这里为准；冒号后留空表示不用自带的这一组。",
    trial: "看一句话变成哪些检索用词",
    example: "强险和三责怎么买",
    write: (value) => Object.entries(value).map(([word, others]) => `${word}：${others.join("、")}`).join("\n"),
    read: (text) => Object.fromEntries(words(text).map((line) => {
      const [word, others, more] = line.split(/[：:]/);
      if (others === undefined || more !== undefined || !word.trim()) throw new SyntaxError(`“${line}”：请写成“标准词：别的说法、别的说法”。`);
      return [word.trim(), others.split(/[、,，;；\s]+/).filter(Boolean)];
    })),
    told: cut,
    shipped: (value) => Object.entries(value).map(([word, others]) => `${word}：${others.join("、")}`).join("；"),
  },
  protected: {
    title: "不转换的词",
    label: "转成繁体时保持原样的名称，一行一个",
    about: "公司和产品的注册名称，客户用繁体时也不改写。",
    trial: "看一句话怎么分词",
    example: "示例保险的产品",
    write: (value) => value.join("\n"),
    read: words,
    told: cut,
    shipped: (value) => value.join("、"),
  },
  wording: {
    title: "禁用说法",
    label: "一行一条，写成“编号 | 匹配（正则表达式）| 改写建议 | 例外（可不写）”",
    about: "回答和坐席发给客户的话里不能出现的说法。与自带的编号相同的，以这里为准；建议写成“不用这一条”就停用它。例如：full_pay | (全额|百分之百)赔 | 写“以核定为准” | 不会",
    trial: "看一句话有没有禁用说法",
    example: "买了保证赔付，收益稳赚",
    write: (value) => value.map((row) => [row.id, row.pattern ?? "", row.dropped ? "不用这一条" : row.instead ?? "", row.unless ?? ""].join(" ¦ ").replace(/( ¦ )+$/, "").replaceAll(" ¦ ", " | ")).join("\n"),
    read: (text) => words(text).map((line) => {
      const cells = line.split(/\s+\|\s+/);
      if (cells.length < 3 || cells.length > 4) throw new SyntaxError(`“${line.slice(0, 30)}”：请写成“编号 | 匹配 | 改写建议”，竖线两边各留一个空格。`);
      const [id, pattern, instead, unless = ""] = cells;
      return instead === "不用这一条" ? { id, dropped: true } : { id, pattern, instead, unless };
    }),
    told: ({ offences }) => (offences.length ? offences.map((one) => `“${one.found}”：${one.instead}`).join("；") : "没有禁用说法。"),
    shipped: (value) => value.map((row) => `${row.id}：${row.instead}`).join("；"),
  },
};
