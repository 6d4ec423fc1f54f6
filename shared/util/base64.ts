/** Bytes as text, for JSON messages. Works in Node and in a browser. */

/** The most bytes of a file in one message between the window and the program. */
export const PIECE_BYTES = 2_000_000

// Node and browsers have these; the language itself does not.
declare function btoa(binary: string): string
declare function atob(text: string): string

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  // In pieces: the number of arguments of a call is limited.
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

/** Throws an Error where the text is not base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text)
  const bytes = new Uint8Array(raw.length)
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i)
  return bytes
}
