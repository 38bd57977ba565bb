import type { Suspicion } from './question.js';
import { fold } from './text.js';

/** A longer text is judged by its beginning and its end. */
const LONGEST_JUDGED = 8_000; // characters
/** A text that says neither 'khiếu nại' nor 'tố cáo' needs more signs. */
const ENOUGH = 3;

type Sign = { about: Suspicion | 'case'; weight: number; says: RegExp };

/** One's own act of complaining: not a question about how complaining works. */
const COMPLAINT_ACT = sign(
  'complaint',
  3,
  'toi (?:lam |viet |gui |nop |da |xin |muon |se |co |can )*(?:don )?khieu nai(?! (?:thi|phai|o dau|nhu the nao|the nao))',
  '(?:don|thu) khieu nai (?:cua toi|lan|keu cuu|khan|ve viec|quyet dinh|viec|hanh vi)',
  '(?:gia dinh|chung|ba con|cac ho|nguoi dan|cong ty) (?:chung )?toi (?:\\w+ ){0,3}khieu nai',
  '(?:ba con|cac ho dan|ho dan|nguoi dan) (?:\\w+ ){0,3}(?:dang|da|dong loat) (?:\\w+ ){0,2}khieu nai',
  'khieu nai (?:quyet dinh (?:so|thu hoi|xu phat|cuong che|boi thuong)|ubnd|uy ban|ong|ba|chu tich|viec (?:ubnd|uy ban|xa|phuong|thu hoi|boi thuong|den bu|cuong che|xu phat|cap))',
  'khieu nai (?:nhieu|da|may|hang chuc) (?:lan|nam|thang)',
  '(?:don|thu) keu cuu|keu oan|bi oan|oan uc|oan sai|yeu cau (?:huy|thu hoi|xem xet lai) quyet dinh',
  '(?:de nghi|yeu cau|mong|xin) (?:\\w+ ){0,4}(?:giai quyet|xem xet)(?: lai)? (?:don )?khieu nai',
);

const DENUNCIATION_ACT = sign(
  'denunciation',
  3,
  'toi (?:lam |viet |gui |nop |da |xin |muon |se |co |can |dung don )*(?:don )?to (?:cao|giac)(?! (?:thi|phai|o dau|nhu the nao|the nao|an danh))',
  '(?:don|thu) to (?:cao|giac) (?:cua toi|lan|ong|ba|can bo|viec|hanh vi)',
  '(?:gia dinh|chung|ba con|cac ho|nguoi dan) (?:chung )?toi (?:\\w+ ){0,3}to (?:cao|giac)',
  'to (?:cao|giac) (?:ong|ba|anh|chi|can bo|chu tich|pho chu tich|bi thu|truong|giam doc|cong ty|nhom|viec)\\b(?! (?:qua|nac danh|an danh))',
);

/** Wrongdoing that somebody reports. */
const WRONGDOING = sign(
  'denunciation',
  2,
  'nhan hoi lo|doi hoi lo|an hoi lo|nhan tien (?:\\w+ ){0,3}(?:lo|chay|bo qua|hop dong)|nhan (?:phong bi|lot tay)|doi (?:phong bi|tien|lot tay|chung chi|an chia)|voi vinh',
  'tham (?:o|nhung)|an chan|bien thu|bo tui|rut ruot|khai khong|lap khong|ho so gia|gia mao|lam gia',
  'lua dao|chiem doat|cuop dat|lan chiem|lan dat|bao ke|tiep tay|bao che|loi dung chuc|lam quyen|long quyen',
  'hanh hung|danh dap|de doa|tru dap|chay chuc|chay viec|mua ban dat cong|ban dat cong|rai dinh|danh bac|so de|cho vay nang lai|tin dung den',
  'xa (?:thai|nuoc thai) trom|lay tien (?:cua dan|ho tro|cuu tro)|cat xen|nhung nhieu|hach sach|vu loi|bat tay voi',
);

/** A decision or act that hurt the writer's own rights. */
const GRIEVANCE = sign(
  'complaint',
  2,
  '(?:thu hoi|lay|cuong che|giai toa|pha do|dap pha|san lap|tich thu) (?:\\w+ ){0,4}(?:cua (?:gia dinh |nha )?(?:toi|chung toi)|nha toi|gia dinh toi)',
  '(?:dat|nha|gia dinh|ho|vuon|ruong|ao|cong ty|co so|quan) (?:\\w+ ){0,2}(?:toi|chung toi) (?:\\w+ ){0,3}bi (?:\\w+ ){0,3}(?:thu hoi|cuong che|giai toa|pha|lay|xu phat|phat|dinh chi|tich thu|ep|xu ep)',
  '(?:xu phat|phat|cuong che|dinh chi|ky luat|sa thai|buoc thoi viec) (?:gia dinh |ho |cong ty )?toi (?:\\w+ ){0,6}(?:sai|vo ly|khong dung|oan|trai|khong co)',
  '(?:boi thuong|den bu) (?:\\w+ ){0,8}(?:khong thoa dang|qua thap|re mat|bat cong|khong cong bang|khong dung|thieu|sot)',
  '(?:quyet dinh|bien ban|thong bao) (?:\\w+ ){0,4}(?:trai|sai) (?:phap )?luat|(?:cap|ky|ra|ban hanh) (?:\\w+ ){0,6}trai (?:phap )?luat',
  '(?:khong|chua) dong y (?:voi )?(?:quyet dinh|muc|gia|phuong an|ket qua|cach)|bat cong|xam pham quyen|vo co|xu ep',
  'cap (?:nham |sai |chong )?(?:so|giay|gcn)\\w* (?:\\w+ ){0,6}(?:cho nguoi khac|chong len|trung voi|tren dat (?:cua )?(?:toi|gia dinh|nha))',
);

/** Somebody who can be pointed at. */
const PERSON = sign(
  'case',
  1,
  '\\b(?:ong|ba|anh|chi|thay|co) (?:nguyen|tran|le|pham|huynh|hoang|phan|vu|vo|dang|bui|do|ho|ngo|duong|ly|danh|thi|lam|truong|ta|mai|dinh|[a-z]\\b)',
  '\\b(?:chu tich|pho chu tich|bi thu|can bo|truong (?:ap|khu pho|cong an|phong|ban)|giam doc|pho giam doc|hieu truong|ke toan|cong an vien|canh sat|dia chinh|thanh tra|nhan vien|bac si|to truong|lanh dao|doi truong)\\b (?:\\w+ ){0,4}(?:xa|phuong|ap|huyen|ubnd|truong|benh vien|so|phong|tinh|to|khu pho|dac khu|ten|ong|ba|nay|do|dia chinh|thue)\\b',
  '\\b(?:truong ap|truong khu pho|to truong)\\b',
  '\\b(?:hang xom|nha ben canh|cong ty|doanh nghiep|co so|quan|tram|chu dau tu|mot nhom|ten|doi tuong)\\b (?:\\w+ ){0,6}',
);

/** Asking how the law or a procedure works. */
const GENERAL = [
  '(?:thu tuc|quy trinh|quy dinh|trinh tu|thoi hieu|thoi han|tham quyen|dieu kien|ho so|mau don|mau|luat|phap luat|nghi dinh|cach|huong dan|tu van|chinh sach|quyen|che do|hinh thuc|muc) (?:\\w+ ){0,5}(?:khieu nai|to cao|to giac)',
  '(?:khieu nai|to cao|to giac)(?: \\w+){0,8} (?:o dau|the nao|nhu the nao|ra sao|can (?:gi|nhung)|gom nhung gi|trong bao lau|bao lau|bao nhieu|co mat phi|duoc khong|co duoc|la gi|den ai|cho ai|khac nhau|co quan nao|gi)',
  '(?:nguoi|ai|truong hop) (?:\\w+ ){0,4}(?:khieu nai|to cao|to giac)(?: \\w+){0,8} (?:duoc|phai|co) ',
  '(?:giai quyet|tiep nhan|xu ly|ty le|phong ngua|phong chong|bao ve nguoi) (?:\\w+ ){0,3}(?:khieu nai|to cao|tham nhung|lan chiem)',
].map((part) => new RegExp(`\\b${part}`));

const ASKING =
  /\?|\b(?:the nao|nhu the nao|ra sao|bao lau|bao nhieu|bao gio|khi nao|o dau|la gi|duoc khong|phai khong|co phai|nhu nao|gom nhung gi|can nhung gi|xin hoi|cho hoi|cho toi hoi|muon hoi|quy dinh gi|xu phat ra sao|bi phat)\b/;

/**
 * Whether a text looks like a complaint or denunciation on a specific case, which the programme does not consider
 * (A2, plan IV.1c; Law on Complaints 2011, Law on Denunciations 2018), written with or without marks. Questions about
 * how complaints or denunciations work are none. A person decides; this only marks. Bounded time for any text.
 */
export function suspect(text: string): Suspicion | undefined {
  const sentences = sentencesOf(text);
  const score = { complaint: 0, denunciation: 0, case: 0 };
  for (const one of sentences) {
    const general = GENERAL.some((expression) => expression.test(one));
    for (const { about, weight, says } of [COMPLAINT_ACT, DENUNCIATION_ACT])
      if (!(general && ASKING.test(one)) && says.test(one)) score[about] = Math.max(score[about], weight);
  }
  const all = sentences.join(' . ');
  const asks = sentences.some((one) => ASKING.test(one));
  if (PERSON.says.test(all)) score.case = PERSON.weight;
  if (WRONGDOING.says.test(all) && !asks) score.denunciation += WRONGDOING.weight + score.case;
  if (GRIEVANCE.says.test(all)) score.complaint += GRIEVANCE.weight + (asks ? 0 : 1);
  if (score.denunciation >= ENOUGH && score.denunciation >= score.complaint) return 'denunciation';
  return score.complaint >= ENOUGH ? 'complaint' : undefined;
}

function sign(about: Sign['about'], weight: number, ...parts: string[]): Sign {
  return { about, weight, says: new RegExp(parts.map((part) => `\\b(?:${part})`).join('|')) };
}

/** Folded sentences with single spaces; the question mark stays. */
function sentencesOf(text: string): string[] {
  const judged =
    text.length <= LONGEST_JUDGED
      ? text
      : `${text.slice(0, LONGEST_JUDGED / 2)}. ${text.slice(-LONGEST_JUDGED / 2)}`;
  return fold(judged)
    .split(/(?<=[.!?;\n])/)
    .map((one) => one.replace(/[^a-z0-9?]+/g, ' ').trim())
    .filter((one) => one !== '');
}
