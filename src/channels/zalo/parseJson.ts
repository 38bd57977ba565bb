/** A string, or a whole number too long for a double. */
const STRING_OR_LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/**
 * Reads JSON with whole numbers of 16 and more digits as strings: the platform's ids pass 2^53 and must not be
 * rounded, should one ever come without its quotes. Throws SyntaxError.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(
    text.replace(STRING_OR_LONG_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`)),
  );
}
