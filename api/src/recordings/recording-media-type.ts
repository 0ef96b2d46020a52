/** The media type of each kind of file. */
export const mediaType = { wav: 'audio/wav', mp3: 'audio/mpeg' } as const;
