/** The fields of the contact centre's settings, however deep, that hold this id; in words for the user. */
export function settingsNaming(settings: object, id: string, path = ''): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]): readonly string[] => {
    if (value === id) return [`the contact centre's setting ${path}${name}`];
    return typeof value === 'object' && value !== null ? settingsNaming(value, id, `${path}${name}.`) : [];
  });
}
