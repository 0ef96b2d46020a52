/** A fenced block of a Markdown page: ```` ```sh run background ````. */
export interface Block {
  readonly language: string;
  /** The words behind the language. */
  readonly words: readonly string[];
  readonly text: string;
}

/** Every fenced block of a page, in order. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].map(([, language, words, text]) => ({
    language: language!,
    words: words!.trim().split(/\s+/).filter(Boolean),
    text: text!,
  }));
}
