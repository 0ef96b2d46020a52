/** Pictures that every browser shows, by the bytes they begin with, as Latin-1. */
const signatures = {
  'image/png': (head: string) => head.startsWith('\x89PNG\r\n\x1a\n'),
  'image/jpeg': (head: string) => head.startsWith('\xff\xd8\xff'),
  'image/gif': (head: string) => head.startsWith('GIF87a') || head.startsWith('GIF89a'),
  'image/webp': (head: string) => head.startsWith('RIFF') && head.startsWith('WEBP', 8),
} as const;

export type PictureType = keyof typeof signatures;

/** What the bytes are, whatever they are called; undefined where they are no such picture. */
export function pictureType(bytes: Buffer): PictureType | undefined {
  const head = bytes.toString('latin1', 0, 16);
  const types = Object.keys(signatures) as PictureType[];
  return types.find((type) => signatures[type](head));
}
