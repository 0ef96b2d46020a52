/** The caller's contact: `ScriptContext.queue.contact()` makes it when a call's first flow begins, and answers the same one afterwards. Nothing of this fails or waits: the record is written behind it. */
export interface FlowContact {
  readonly id: string;
  /** What the record says if the call ends without an agent; the last said counts. A caller who hangs up where nothing but `ivrEnd` was said ends as `ivrGiveUp`. */
  endsAs(code: 'ivrEnd' | 'notWorkTime' | 'noSeatOnline'): void;
  /** A key with what it stood for: agents are offered the call with it, and the record keeps it. */
  pressed(key: string, label: string): void;
  /** The caller is asked for a rating: the record says `noInput` unless `rated` follows before the call ends. */
  asksForRating(): void;
  rated(rating: { readonly key: string; readonly label: string }): void;
  /** A message is being recorded. It counts from the moment the caller leaves it, also by hanging up. */
  voicemailBegins(message: { readonly recordingId: string; readonly skillGroupId?: string }): void;
  /** The message is complete; one of less than 2 seconds is none. */
  voicemailEnded(recordingId: string, durationSeconds: number): void;
  /** The caller wants to be called back. Rejects where it cannot be noted. */
  callback(request: { readonly number: string; readonly skillGroupId: string; readonly note?: string }): Promise<void>;
}
