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

/** What runs a command in the background of a shell and goes on when it has printed its first line. `$!` is its process. */
export function untilItSpeaks(command: string): string {
  return `exec 3< <(${command.trim()}); read -r first <&3; echo "$first"`;
}

/** The file that a block quotes: ```` ```ts file=examples/… ````. */
export function quotedFile({ words }: Block): string | undefined {
  return words.find((word) => word.startsWith('file='))?.slice('file='.length);
}
