/** What a check says: one line each, safe to show whatever it is about. */

export type Status = "ok" | "note" | "fail";

/** `what` is a fact; `remedy` says what to do about it, and is empty where nothing has to be done. */
export type Finding = { check: string; status: Status; what: string; remedy: string };

export function ok(check: string, what: string): Finding {
  return { check, status: "ok", what, remedy: "" };
}

export function note(check: string, what: string, remedy = ""): Finding {
  return { check, status: "note", what, remedy };
}

export function fail(check: string, what: string, remedy: string): Finding {
  return { check, status: "fail", what, remedy };
}

/** Without secrets, control characters or marks that turn text around: some of it comes from other servers. */
export function safe(finding: Finding, secrets: readonly string[]): Finding {
  return { ...finding, what: clean(finding.what, secrets), remedy: clean(finding.remedy, secrets) };
}

export function lineOf({ check, status, what, remedy }: Finding): string {
  const word = status === "fail" ? "FAIL" : status;
  return `${word.padEnd(5)} ${check.padEnd(9)} ${what}${remedy === "" ? "" : ` ${remedy}`}`;
}

function clean(text: string, secrets: readonly string[]): string {
  let told = text;
  for (const secret of secrets) told = told.replaceAll(secret, "[secret]");
  return told.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?").slice(0, charsMax);
}

const charsMax = 500;
