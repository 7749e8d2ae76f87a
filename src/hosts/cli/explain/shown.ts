// What tokens and resources say, for a terminal: nothing that it would obey, turn around or not show, and not too much.

const LONGEST = 256;

/** A value as JSON, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return "absent";
  const text = (JSON.stringify(value) ?? "absent").replace(UNSEEN, escaped);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
}

/** Seconds in words: `2 h 5 min`. */
export function seconds(count: number): string {
  const whole = Math.max(0, Math.floor(count));
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor((whole % 86_400) / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "min"],
    [whole % 60, "s"],
  ];
  const told = parts.filter(([number]) => number > 0).slice(0, 2);
  return told.length === 0 ? "0 s" : told.map(([number, unit]) => `${number} ${unit}`).join(" ");
}
