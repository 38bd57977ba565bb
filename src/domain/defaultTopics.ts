/** A field that questions are sorted by (plan II.4); data that the board changes. */
export type Topic = { id: string; name: { vi: string; en: string }; hidden?: boolean };

/** The topics to start with. Ids are short: they go into callback data. */
export const DEFAULT_TOPICS: readonly Topic[] = [
  { id: 'dat-dai', name: { vi: 'Đất đai', en: 'Land' } },
  { id: 'xay-dung', name: { vi: 'Xây dựng – Nhà ở – Đô thị', en: 'Construction, housing, urban matters' } },
  { id: 'giao-thong', name: { vi: 'Giao thông – Vận tải', en: 'Roads and transport' } },
  { id: 'moi-truong', name: { vi: 'Môi trường – Tài nguyên', en: 'Environment and resources' } },
  {
    id: 'nong-nghiep',
    name: { vi: 'Nông nghiệp – Thủy sản – Nông thôn', en: 'Farming, fishery, countryside' },
  },
  { id: 'ho-tich', name: { vi: 'Hộ tịch – Chứng thực', en: 'Civil status and certification' } },
  { id: 'thu-tuc', name: { vi: 'Thủ tục hành chính – Cán bộ, công chức', en: 'Administrative procedures' } },
  { id: 'cu-tru', name: { vi: 'Cư trú – Căn cước', en: 'Residence and identity cards' } },
  { id: 'an-ninh', name: { vi: 'An ninh – Trật tự', en: 'Security and public order' } },
  { id: 'bhxh', name: { vi: 'Bảo hiểm xã hội – Bảo hiểm y tế', en: 'Social and health insurance' } },
  { id: 'y-te', name: { vi: 'Y tế – An toàn thực phẩm', en: 'Health and food safety' } },
  { id: 'giao-duc', name: { vi: 'Giáo dục – Đào tạo', en: 'Education and training' } },
  { id: 'viec-lam', name: { vi: 'Lao động – Việc làm – Tiền lương', en: 'Work, jobs, wages' } },
  { id: 'an-sinh', name: { vi: 'Người có công – Bảo trợ xã hội', en: 'Merit and social protection' } },
  { id: 'doanh-nghiep', name: { vi: 'Doanh nghiệp – Đầu tư', en: 'Business and investment' } },
  { id: 'thue', name: { vi: 'Thuế – Phí – Lệ phí', en: 'Taxes and fees' } },
  { id: 'cong-thuong', name: { vi: 'Điện – Chợ – Thương mại', en: 'Electricity, markets, trade' } },
  { id: 'van-hoa', name: { vi: 'Văn hóa – Thể thao – Du lịch', en: 'Culture, sport, tourism' } },
  { id: 'so-hoa', name: { vi: 'Khoa học – Công nghệ – Chuyển đổi số', en: 'Science, technology, digital' } },
  { id: 'dan-toc', name: { vi: 'Dân tộc – Tôn giáo', en: 'Ethnic and religious affairs' } },
  { id: 'khac', name: { vi: 'Lĩnh vực khác', en: 'Other' } },
];
