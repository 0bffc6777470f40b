// Writes provisions as laws are cited: 保险法第23条第1款 becomes 《保险法》第二十三条第一款.

const DIGITS = "零一二三四五六七八九";
const PROVISION = /^(.+?)(?:第(\d+)[条條])?(?:第(\d+)款)?$/;

/** Return one provision of `citations[].basis` as customers read it. */
export function provisionText(basis) {
  const [, law, article, paragraph] = basis.match(PROVISION) ?? [null, basis];
  const mark = basis.includes("條") ? "條" : "条";
  const name = /^《/.test(law) ? law : `《${law}》`;
  return name + (article ? `第${numeral(article)}${mark}` : "") + (paragraph ? `第${numeral(paragraph)}款` : "");
}

/** Return a number from 1 to 9999 in Chinese numerals. */
export function numeral(number) {
  const units = ["", "十", "百", "千"];
  const written = [...String(number)]
    .map((digit, index, all) => DIGITS[digit] + (digit === "0" ? "" : units[all.length - 1 - index]))
    .join("");
  return written.replace(/零+$/, "").replace(/零+/g, "零").replace(/^一十/, "十");
}
