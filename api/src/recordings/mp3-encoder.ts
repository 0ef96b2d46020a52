/** Makes an MP3 file of a WAV file, channels kept apart. Rejects where it cannot. */
export interface Mp3Encoder {
  encode(wavPath: string, mp3Path: string): Promise<void>;
}
