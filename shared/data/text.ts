/** Whether a text can be an id or a code: their columns have printable ASCII alone, and MariaDB compares no other text with them. */
export const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);

/**
 * The folded form of a text: what is compared when people search, sort or must not register a name twice.
 * Case, diacritics, ligatures and runs of blanks don't count, on either database.
 */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/æ/g, "ae")
    .replace(/œ/g, "oe")
    .replace(/ø/g, "o")
    .replace(/ł/g, "l")
    .replace(/\s+/g, " ")
    .trim();
}
