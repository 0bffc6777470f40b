// The widget's own words in traditional script. These words are few, so that a character
// always becomes the same one; a browser test holds the result to OpenCC's.

const SIMPLIFIED = "请单电话机动复随时转线开换为体输缴费赔问题参险准发证号银码验对记录说选项关据处识条内这个结图载键择读还会试网络断响连后预计约钟马专资现务间从给听咨询么写评价决吗没几满谢诉编进经构实认规监业紧顾风与综应点统暂较里别删减简过愿亲荐数拨们";
const TRADITIONAL = "請單電話機動覆隨時轉線開換為體輸繳費賠問題參險準發證號銀碼驗對記錄說選項關據處識條內這個結圖載鍵擇讀還會試網絡斷響連後預計約鐘馬專資現務間從給聽諮詢麼寫評價決嗎沒幾滿謝訴編進經構實認規監業緊顧風與綜應點統暫較裡別刪減簡過願親薦數撥們";

const TARGETS = [...TRADITIONAL];
const PAIRS = new Map([...SIMPLIFIED].map((character, index) => [character, TARGETS[index]]));

/** Return a text of words.js in traditional script. */
export const traditional = (text) => Array.from(text, (character) => PAIRS.get(character) ?? character).join("");
