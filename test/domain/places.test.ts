import { describe, expect, it } from 'vitest';
import { DEFAULT_PLACES } from '../../src/domain/defaultPlaces.js';
import { DEFAULT_TOPICS } from '../../src/domain/defaultTopics.js';
import { DEFAULT_UNITS } from '../../src/domain/defaultUnits.js';
import { findPlaces } from '../../src/domain/places.js';

const ids = (words: string): string[] => findPlaces(DEFAULT_PLACES, words).map((place) => place.id);

describe('the places of the province', () => {
  it('are 85 communes, 14 wards and 3 special zones, and elsewhere', () => {
    const count = (kind: string): number => DEFAULT_PLACES.filter((place) => place.kind === kind).length;
    expect([count('xa'), count('phuong'), count('dackhu'), count('other')]).toEqual([85, 14, 3, 1]);
  });

  it('have ids that fit into callback data and differ', () => {
    const all = [...DEFAULT_PLACES, ...DEFAULT_TOPICS, ...DEFAULT_UNITS].map((one) => one.id);
    for (const id of all) expect(id).toMatch(/^[a-z0-9-]{1,24}$/);
    for (const list of [DEFAULT_PLACES, DEFAULT_TOPICS, DEFAULT_UNITS])
      expect(new Set(list.map((one) => one.id)).size).toBe(list.length);
  });

  it('are written in NFC with the kind first', () => {
    const kinds = { xa: 'Xã ', phuong: 'Phường ', dackhu: 'Đặc khu ', other: 'Nơi khác' };
    for (const place of DEFAULT_PLACES) {
      expect(place.name).toBe(place.name.normalize('NFC'));
      expect(place.name.startsWith(kinds[place.kind])).toBe(true);
    }
  });

  it.each([
    ['Rạch Giá', 'rach-gia'],
    ['rach gia', 'rach-gia'],
    ['p. rạch giá', 'rach-gia'],
    ['Phường Rạch', 'rach-gia'],
    ['đặc khu phú quốc', 'phu-quoc'],
    ['hon dat', 'hon-dat'],
    ['Hòn Đ', 'hon-dat'],
    ['xã Vĩnh Hòa', 'vinh-hoa'],
    ['Xã Vĩnh Hoà', 'vinh-hoa'],
    ['dương đông', 'phu-quoc'],
    ['Thị trấn Minh Lương', 'chau-thanh'],
    ['núi sam', 'vinh-te'],
  ])('%j is found first as %s', (words, id) => expect(ids(words)[0]).toBe(id));

  it('are found by a former district, those of that name first', () => {
    const found = ids('huyện Gò Quao');
    expect(found[0]).toBe('go-quao');
    expect(found).toEqual(expect.arrayContaining(['dinh-hoa', 'vinh-hoa-hung', 'vinh-tuy']));
  });

  it.each(['', '  ', '???', 'Hà Nội'])('are not found by %j', (words) => expect(ids(words)).toEqual([]));

  it('are found in lists that can be shown', () => {
    expect(ids('v').length).toBeLessThanOrEqual(20);
    expect(ids('x'.repeat(100_000))).toEqual([]);
  });
});

describe('the units to start with', () => {
  it('answer for topics that exist, and every topic has one', () => {
    const topics = DEFAULT_TOPICS.map((topic) => topic.id);
    const answered = new Set(DEFAULT_UNITS.flatMap((unit) => unit.topics));
    expect([...answered].filter((topic) => !topics.includes(topic))).toEqual([]);
    expect(topics.filter((topic) => !answered.has(topic))).toEqual([]);
  });
});
