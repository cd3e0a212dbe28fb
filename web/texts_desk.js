// @ts-check
// What the agent's desk says beside the frame. Knows no page.

/** @type {Record<string, [string, string]>} English, Chinese */
export const DESK = {
  "desk.there": ["Time there", "当地时间"],
  "desk.promised": ["Promised for", "预约回拨"],
  "desk.past": ["Before", "历史记录"],
  "desk.past.none": ["Never called before.", "尚无历史记录。"],
  "result.connected": ["talk", "已通话"],
  "result.no_answer": ["no answer", "无人接听"],
  "result.busy": ["busy", "忙"],
  "result.sale": ["sale", "成交"],
  "result.callback": ["call back", "约定回拨"],
  "result.not_interested": ["not interested", "不感兴趣"],
  "result.do_not_call": ["do not call", "勿再拨打"],
  "desk.note": ["Note for whoever talks to them next", "备注（供下次通话参考）"],
  "desk.zone": ["Times are those of", "时间所属时区"],
  "desk.choose": ["Choose a result", "请选择结果"],
  "desk.ready": ["Ready", "空闲"],
};
