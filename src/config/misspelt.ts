/** Variables that were probably meant to be settings of ours. */

/** Names that look like ours but are not; where ours is set too, the other is somebody else's. */
export function misspelt(env: Record<string, string | undefined>, names: readonly string[]): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (!value || names.includes(name) || isServiceLink(name, value)) return [];
    const bare = name.replace(/^BANTER_/i, "");
    const same = names.find((ours) => bare !== name && bare.toUpperCase() === ours);
    const near = (edits: number) => names.find((ours) => !env[ours] && isNear(bare, ours, edits));
    const meant = same ?? near(1) ?? near(2);
    if (!meant && bare === name) return [];
    const shown = name.slice(0, 40).replace(/\W/g, "?");
    return [`${shown} is not a setting: ${meant ? `did you mean ${meant}?` : "--help lists them"}`];
  });
}

/** Kubernetes sets these in each container beside a service whose name starts with "banter". */
function isServiceLink(name: string, value: string): boolean {
  if (/^BANTER_(\w+_)?PORT$/.test(name)) return value.includes("://");
  return /^BANTER_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)$/.test(name);
}

/** Short names have ordinary neighbours (MODE, DATE), and so has another prefix (GH_TOKEN). */
function isNear(name: string, ours: string, edits: number): boolean {
  const letters = (word: string) => [...word].toSorted().join("");
  if (ours.length < 8) return letters(name) === letters(ours) && isWithin(1, name, ours);
  const upper = name.toUpperCase().replaceAll("-", "_");
  return upper.slice(0, 2) === ours.slice(0, 2) && isWithin(ours.length < 10 ? 1 : edits, upper, ours);
}

/** Whether so many edits (a letter more, less or other, or two swapped) make one word the other. */
function isWithin(edits: number, a: string, b: string): boolean {
  if (a === b) return true;
  if (edits === 0) return false;
  let same = 0;
  while (a[same] === b[same]) same++;
  const [x, y, left] = [a.slice(same), b.slice(same), edits - 1];
  return (
    isWithin(left, x.slice(1), y) ||
    isWithin(left, x, y.slice(1)) ||
    isWithin(left, x.slice(1), y.slice(1)) ||
    (x[0] === y[1] && x[1] === y[0] && isWithin(left, x.slice(2), y.slice(2)))
  );
}
