/**
 * An agency that answers, with the topics it answers for (design, "Settings that an authority changes"). A unit that
 * is merged or renamed gets `validTo` and `successors`; past records keep it.
 */
export type AnsweringUnit = {
  id: string; // stable, short: goes into callback data
  name: string;
  kind: 'so' | 'nganhdoc' | 'ubnd'; // department; central agency in the province; People's Committee of a commune
  topics: string[];
  validFrom: string; // yyyy-MM-dd
  validTo?: string;
  successors?: string[];
};

/** The province of today, of An Giang and Kiên Giang, exists since this day (Resolution 202/2025/QH15). */
const SINCE = '2025-07-01';

/**
 * The provincial departments and central agencies of An Giang to start with, by the general pattern of departments
 * after 2025; the board confirms them. The first unit that names a topic is the first to be offered for it.
 */
export const DEFAULT_UNITS: readonly AnsweringUnit[] = [
  unit('so-noi-vu', 'Sở Nội vụ', 'so', ['viec-lam', 'an-sinh', 'thu-tuc']),
  unit('so-nnmt', 'Sở Nông nghiệp và Môi trường', 'so', ['dat-dai', 'moi-truong', 'nong-nghiep']),
  unit('so-xay-dung', 'Sở Xây dựng', 'so', ['xay-dung', 'giao-thong']),
  unit('so-tai-chinh', 'Sở Tài chính', 'so', ['doanh-nghiep', 'thue']),
  unit('so-cong-thuong', 'Sở Công Thương', 'so', ['cong-thuong']),
  unit('so-gddt', 'Sở Giáo dục và Đào tạo', 'so', ['giao-duc']),
  unit('so-y-te', 'Sở Y tế', 'so', ['y-te', 'an-sinh', 'bhxh']),
  unit('so-tu-phap', 'Sở Tư pháp', 'so', ['ho-tich', 'thu-tuc']),
  unit('so-khcn', 'Sở Khoa học và Công nghệ', 'so', ['so-hoa']),
  unit('so-vhtt', 'Sở Văn hóa và Thể thao', 'so', ['van-hoa']),
  unit('so-dttg', 'Sở Dân tộc và Tôn giáo', 'so', ['dan-toc']),
  unit('so-du-lich', 'Sở Du lịch', 'so', ['van-hoa']),
  unit('thanh-tra', 'Thanh tra tỉnh', 'so', ['khac']),
  unit('vp-ubnd', 'Văn phòng Ủy ban nhân dân tỉnh', 'so', ['thu-tuc', 'khac']),
  unit('cong-an', 'Công an tỉnh', 'nganhdoc', ['cu-tru', 'an-ninh', 'giao-thong']),
  unit('bhxh-tinh', 'Bảo hiểm xã hội tỉnh', 'nganhdoc', ['bhxh']),
  unit('thue-tinh', 'Thuế tỉnh', 'nganhdoc', ['thue']),
];

function unit(id: string, name: string, kind: AnsweringUnit['kind'], topics: string[]): AnsweringUnit {
  return { id, name, kind, topics, validFrom: SINCE };
}
