// @ts-check
// What the player of recordings says, in each language.

/** @type {Record<string, [string, string]>} English, Chinese */
export default {
  "player.name": ["Recording", "录音"],
  "player.play": ["Play", "播放"],
  "player.pause": ["Stop", "停下"],
  "player.back": ["10 s back", "后退 10 秒"],
  "player.on": ["10 s on", "前进 10 秒"],
  "player.place": ["Place in the recording", "播放位置"],
  "player.of": ["of", "/"],
  "player.speed": ["Speed", "速度"],
  "player.customer": ["customer, left ear", "客户（左声道）"],
  "player.agent": ["agent, right ear", "坐席（右声道）"],
  "player.keys": ["Keys: space plays and stops, ← → 5 s, Page Up and Down 30 s, Home, End", "快捷键：空格播放/停下，← → 5 秒，Page Up/Down 30 秒，Home、End"],
  "player.marks": ["Noted in it", "标注"],
  "player.choose": ["Note at this point", "在此处标注"],
  "player.nopeaks": ["It has no waveform; it can be played all the same.", "没有波形，仍可播放。"],
  "player.broken": ["It cannot be played in this browser.", "此浏览器无法播放。"],
  "player.again": ["Try again", "重试"],
};
