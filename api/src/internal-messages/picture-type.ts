/** Pictures that every browser shows, by the bytes they begin with. */
const signatures = {
  'image/png': /^\x89PNG\r\n\x1a\n/,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/gif': /^GIF8[79]a/,
  'image/webp': /^RIFF[^]{4}WEBP/,
} as const;

export type PictureType = keyof typeof signatures;

/** What the bytes are, whatever they are called; undefined where they are no such picture. */
export function pictureType(bytes: Buffer): PictureType | undefined {
  const head = bytes.toString('latin1', 0, 16);
  const types = Object.keys(signatures) as PictureType[];
  return types.find((type) => signatures[type].test(head));
}
