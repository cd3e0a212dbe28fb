// @ts-check
// What the page of recordings says, in each language.

/** @type {Record<string, [string, string]>} English, Chinese */
export default {
  "recordings.title": ["Recordings", "录音"],
  "recordings.day": ["Day", "日期"],
  "recordings.number": ["Number, whole", "完整号码"],
  "recordings.find": ["Find", "查找"],
  "recordings.all": ["all", "全部"],
  "recordings.none": ["No recording is like that.", "没有符合条件的录音。"],
  "recordings.queue": ["Queue", "队列"],
  "recordings.of": ["Campaign or queue", "活动或队列"],
  "recordings.in": ["called us", "来电"],
  "recordings.dialed": ["Began", "开始时间"],
  "recordings.length": ["Length", "时长"],
  "recordings.disposition": ["Result", "结果"],
  "recordings.kept": ["Kept", "保存"],
  "recordings.held": ["legal hold", "法律保全"],
  "recordings.held.why": ["A legal hold: it is not deleted, whatever the retention says.", "处于法律保全：无论保留期如何都不会删除。"],
  "recordings.encrypted": ["encrypted", "已加密"],
  "recordings.soon": ["being finished", "处理中"],
  "recordings.play": ["Listen", "收听"],
  "recordings.download": ["Download", "下载"],
  "recordings.noted": ["Who listens or downloads is put on record.", "收听与下载都会记入审计日志。"],
  "recordings.ground.one_party": ["one party agrees", "单方同意"],
  "recordings.ground.announced": ["announced", "已告知"],
  "recordings.ground.nobody_called": ["simulated", "模拟呼叫"],
  "recordings.ground.opt_in": ["opted in", "已同意"],
};
