// @ts-check
// What the voicemail inbox says, in each language.

/** @type {Record<string, [string, string]>} English, Chinese */
export default {
  "voicemail.noted": ["Who listens is put on record.", "收听会记入审计日志。"],
  "voicemail.unheard": ["not heard yet", "未听"],
  "voicemail.heard": ["heard", "已听"],
  "voicemail.heardby": ["heard by", "已听："],
  "voicemail.all": ["all", "全部"],
  "voicemail.any": ["all", "全部"],
  "voicemail.queue": ["Queue", "队列"],
  "voicemail.class": ["What it is about", "类别"],
  "voicemail.for": ["Who sees to it", "处理坐席"],
  "voicemail.find": ["Find", "查找"],
  "voicemail.none": ["No voicemail is like that.", "没有符合条件的留言。"],
  "voicemail.withheld": ["number withheld", "未显示号码"],
  "voicemail.sound": ["Voicemail", "留言"],
  "voicemail.save": ["Save", "保存"],
  "voicemail.saved": ["Saved.", "已保存。"],
  "voicemail.remove": ["Remove", "删除"],
  "voicemail.remove.sure": ["Remove this voicemail and its sound for good?", "确定永久删除此留言吗？"],
  "voicemail.removed": ["Removed.", "已删除。"],
};
