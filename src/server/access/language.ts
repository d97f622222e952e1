/** In which language somebody reads: by the choice that a cookie keeps, else as the browser asks. */
import { languageCalled, preferredLanguage, type Language } from "../../words/words.ts";

/** Also of who has no session yet, and before anybody has signed in. */
export function languageOf(request: Request): Language {
  const cookies = new Bun.CookieMap(request.headers.get("cookie") ?? "");
  return (
    languageCalled(cookies.get(languageCookie)) ?? preferredLanguage(request.headers.get("accept-language"))
  );
}

/** One for all servers on a machine: a person reads the same language in each. */
export const languageCookie = "banter_language";
