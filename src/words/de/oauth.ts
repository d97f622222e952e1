/** German of signing in with Hugging Face. */
import type { oauth as english } from "../en/oauth.ts";

export const oauth: typeof english = {
  with: "Mit Hugging Face anmelden",
  again: "Noch einmal anmelden",
  text: "Banter erfährt, wer du bist, und bewahrt deine Chats für dich allein.",
  revoke:
    "Um es endgültig wegzunehmen, entferne diese App unter den verbundenen Anwendungen in deinen Einstellungen bei Hugging Face.",
  paid: "Banter erfährt, wer du bist, und bewahrt deine Chats für dich allein. Dein Konto bei Hugging Face bezahlt deine Antworten.",
  framed: "Das öffnet einen eigenen Tab, und deine Chats sind dort.",
  troubles: {
    denied: "Du hast es nicht erlaubt, also hat sich nichts geändert.",
    stale: "Dieser Weg wurde schon benutzt, hat zu lange gedauert oder begann in einem anderen Browser.",
    refused: "Hugging Face hat nicht bestätigt, wer du bist.",
    ending: "Was dein gelöschtes Konto hatte, wird noch weggenommen. Versuch es gleich noch einmal.",
    blocked:
      "Dein Konto ist hier gesperrt. Wer diesen Server betreibt, kann dir sagen, warum, und dich wieder einlassen.",
    unreachable: "Hugging Face war nicht zu erreichen. Versuch es gleich noch einmal.",
  },
  token: {
    title: "Wer deine Antworten bezahlt",
    kept: "Dein Konto bei Hugging Face bezahlt deine Antworten, seit du dich am {date} angemeldet hast. Das Token dafür ist verschlüsselt und wird nicht gezeigt.",
    none: "Hier ist kein Token von dir, also können Modelle von Hugging Face dir nicht antworten. Melde dich noch einmal an, um eines zu bringen.",
  },
};
