import type { Area } from './area.js';

/**
 * Splits the name of a place as libphonenumber's tables have it: in China 广东省深圳市, 内蒙古自治区赤峰市 or 北京市 (a municipality is its own province); elsewhere `San Francisco, CA`.
 */
export function placeOf(name: string): Pick<Area, 'province' | 'city'> {
  const chinese = /^(.+?(?:省|自治区|特别行政区))(.*)$/u.exec(name);
  if (chinese) return { province: chinese[1]!, city: chinese[2]! };
  if (/\p{Script=Han}/u.test(name)) return { province: name, city: name };
  const [city = '', ...rest] = name.split(', ');
  return { province: rest.join(', '), city };
}
