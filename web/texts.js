// @ts-check
// What the pages say, in each language: one catalogue. What a page that is loaded when it is opened
// says stands beside it, in a part of its own (texts_campaigns.js ...), and is added here. Knows no page.
import { signal } from "./vendor/ui.js";

/** @type {Record<string, [string, string]>} English, Chinese */
const TEXTS = {
  "login.title": ["Log in", "登录"],
  "login.name": ["Login", "用户名"],
  "login.password": ["Password", "密码"],
  "login.tenant": ["Tenant", "租户"],
  "login.go": ["Log in", "登录"],
  "logout": ["Log out of Outpace", "退出系统"],
  "offline": ["No connection: what you see may be old. Trying again…", "连接中断，显示的内容可能已过时，正在重连…"],
  "theme": ["Light or dark", "明暗主题"],
  "language": ["中文", "English"],
  "page.desktop": ["My desk", "坐席"],
  "page.floor": ["Floor", "现场"],
  "state.offline": ["Offline", "离线"],
  "state.calling": ["Calling your phone", "正在呼叫话机"],
  "state.idle": ["Ready", "空闲"],
  "state.held": ["Kept for a promised call", "为预约回拨保留"],
  "state.reserved": ["A call is coming", "来电接入中"],
  "state.talking": ["Talking", "通话中"],
  "state.wrap_up": ["Wrap-up", "话后处理"],
  "state.paused": ["Paused", "小休"],
  "state.dialing": ["dialing", "拨号"],
  "state.ringing": ["ringing", "振铃"],
  "state.informing": ["hears the message", "收听通知"],
  "state.waiting": ["waiting", "等待"],
  "state.connecting": ["connecting", "接通中"],
  "state.letting_go": ["message", "播放提示"],
  "state.closing": ["ending", "结束中"],
  "desk.campaigns": ["Campaigns to work on", "选择活动"],
  "desk.none": ["No campaign is there yet.", "还没有活动。"],
  "desk.start": ["Start work", "开始工作"],
  "desk.stop": ["Log off", "签退"],
  "desk.pause": ["Pause", "小休"],
  "desk.pause.after": ["Pause after this call", "通话后小休"],
  "desk.resume": ["Ready again", "恢复空闲"],
  "desk.wish.pause": ["pause follows", "随后小休"],
  "desk.wish.log_out": ["log-off follows", "随后签退"],
  "desk.hangup": ["Hang up customer", "挂断客户"],
  "desk.waiting": ["The next call comes by itself. Your phone is open.", "下一个来电会自动接入，话机已接通。"],
  "desk.person": ["Who it is", "客户信息"],
  "desk.number": ["Number", "号码"],
  "desk.list": ["List", "名单"],
  "desk.disposition": ["What came of it", "通话结果"],
  "desk.amount": ["Amount", "金额"],
  "desk.callback": ["Call back at", "回拨时间"],
  "desk.callback.anyone": ["anyone may call back", "任何人均可回拨"],
  "desk.save": ["Save and be ready", "保存并恢复空闲"],
  "desk.wrap": ["Wrap-up ends in", "话后剩余"],
  "desk.messages": ["Messages", "消息"],
  "desk.noagent": ["You are no agent on the floor. Have an administrator give your user an agent.", "您不是坐席，请管理员为您分配坐席号。"],
  "desk.phone": ["Phone", "话机"],
  "phone.off": ["not in this page", "未在本页"],
  "phone.registered": ["registered", "已注册"],
  "phone.connecting": ["connecting", "连接中"],
  "phone.failed": ["failed", "失败"],
  "phone.talking": ["open", "已接通"],
  "phone.mute": ["Mute", "静音"],
  "phone.unmute": ["Unmute", "取消静音"],
  "phone.open": ["Use this page as my phone", "用本页作为话机"],
  "state.holding": ["on hold", "保持中"],
  "state.parting": ["being moved", "转接中"],
  "state.rejoining": ["being joined", "接回中"],
  "talk.controls": ["In this talk", "通话操作"],
  "talk.hold": ["Hold", "保持"],
  "talk.resume": ["Back to the customer", "恢复通话"],
  "talk.norecord": ["Pause recording", "暂停录音"],
  "talk.record": ["Record again", "恢复录音"],
  "talk.keys": ["Keys", "按键"],
  "talk.keys.ask": ["Keys to send", "要发送的按键"],
  "talk.transfer": ["Transfer", "转接"],
  "talk.consult": ["Ask first", "咨询"],
  "talk.who": ["An agent, or a number with +", "坐席号，或带 + 的号码"],
  "talk.outside": ["outside number", "外线"],
  "talk.complete": ["Hand over", "完成转接"],
  "talk.threeway": ["All three", "三方通话"],
  "talk.leave": ["Leave them", "退出"],
  "floor.listen": ["Listen", "监听"],
  "floor.whisper": ["Whisper", "耳语"],
  "floor.barge": ["Barge in", "强插"],
  "floor.campaigns": ["Campaigns", "活动"],
  "floor.agents": ["Agents", "坐席"],
  "floor.calls": ["Calls", "通话"],
  "floor.alerts": ["Alerts", "告警"],
  "floor.quiet": ["Nothing to worry about.", "一切正常。"],
  "floor.empty": ["None.", "无。"],
  "floor.lines": ["lines", "线路"],
  "floor.ringing": ["ringing", "振铃"],
  "floor.waiting": ["waiting", "等待"],
  "floor.idle": ["idle", "空闲"],
  "floor.talking": ["talking", "通话"],
  "floor.leads": ["leads ready", "可拨名单"],
  "floor.abandoned": ["abandoned", "放弃率"],
  "floor.connected": ["connected", "接通"],
  "floor.dialed": ["dialed", "已拨"],
  "floor.limited": ["held back by", "限制因素"],
  "floor.start": ["Start", "启动"],
  "floor.pause": ["Pause", "暂停"],
  "floor.stop": ["Stop", "停止"],
  "floor.stopall": ["Stop everything", "全部停止"],
  "floor.stopall.sure": ["Stop dialing in every campaign?", "确定停止所有活动的拨号吗？"],
  "floor.pacing": ["Pacing", "节奏"],
  "floor.why": ["Why", "原因"],
  "floor.tv": ["Big screen", "大屏"],
  "floor.agent": ["Agent", "坐席"],
  "floor.state": ["State", "状态"],
  "floor.for": ["For", "时长"],
  "floor.campaign": ["Campaign", "活动"],
  "floor.talks": ["Talks", "通话数"],
  "floor.actions": ["Actions", "操作"],
  "floor.logout": ["Log off", "签退"],
  "floor.hangup": ["Hang up", "挂断"],
  "floor.resume": ["Ready", "恢复"],
  "floor.message": ["Message", "消息"],
  "floor.message.to": ["Message to", "发消息给"],
  "floor.send": ["Send", "发送"],
  "floor.number": ["Number", "号码"],
  "floor.chart": ["Last hour", "最近一小时"],
  "floor.simulated": ["simulated", "模拟"],
  "floor.paused": ["paused", "小休"],
  "floor.filter": ["Filter agents", "筛选坐席"],
  "pacing.mode": ["Mode", "模式"],
  "pacing.target": ["Abandon rate at most, %", "放弃率上限 %"],
  "pacing.ratio": ["Lines per idle agent (mode power)", "每空闲坐席线路数（power 模式）"],
  "pacing.lines": ["Lines at most", "线路上限"],
  "pacing.save": ["Save", "保存"],
  "pacing.saved": ["Saved: the next decision goes by it.", "已保存，下一次决策生效。"],
  "pacing.decisions": ["What the engine decided, and why", "引擎决策及原因"],
  "pacing.explain": ["Why are leads not dialed?", "为什么名单没有被拨打？"],
  "close": ["Close", "关闭"],
  "cancel": ["Cancel", "取消"],
  "alert.abandon_rate_near": ["The abandon rate is near its cap", "放弃率接近上限"],
  "alert.abandon_rate_over": ["The abandon rate is over its cap", "放弃率超过上限"],
  "alert.drops_without_agent": ["People were abandoned with no agent there", "无坐席时有客户被放弃"],
  "alert.no_leads_left": ["No leads are left", "名单已拨完"],
  "alert.pause_over_limit": ["A pause is over its limit", "小休超时"],
  "alert.switch_lost": ["No session with Asterisk", "与 Asterisk 的连接中断"],
  "alert.database_away": ["The database takes no record", "数据库无法写入"],
};

export const LANGUAGES = ["en", "zh"];

/** Add a part of the catalogue. @param {Record<string, [string, string]>} part */
export function know(part) {
  Object.assign(TEXTS, part);
}

/** The page's language. */
export const language = signal(
  localStorage.getItem("outpace.language") || (navigator.language.startsWith("zh") ? "zh" : "en"),
);

/** @param {string} wanted */
export function speak(wanted) {
  language.value = wanted;
  localStorage.setItem("outpace.language", wanted);
  document.documentElement.lang = wanted === "zh" ? "zh-Hans" : "en";
}

/** What is said, in the page's language; what the catalogue has not is said as it is. @param {string} key */
export function say(key) {
  const told = TEXTS[key];
  if (!told) return key.slice(key.lastIndexOf(".") + 1).replaceAll("_", " ");
  return told[Math.max(0, LANGUAGES.indexOf(language.value))];
}
