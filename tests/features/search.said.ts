// What was said, in many languages, for search.golden.ts.
import { messageTypes as types } from '../../src/protocol/messages.types.ts'

interface Said {
  readonly content: string
  readonly message_type?: number
  readonly media_url?: string
}

const files = 'https://files.example.com'
const item = {
  from_user_id: 'heron',
  message_type: 1,
  media_url: '',
  created_at: '2026-01-01T00:00:00Z',
}

export const said: Readonly<Record<string, Said | string>> = {
  zh1: '今天下午三点在会议室开会，请大家准时参加。',
  zh2: '我们明天去北京天安门看升旗吧',
  zh3: '這個週末要不要一起去臺北吃牛肉麵？',
  zh4: '中华人民共和国成立于1949年',
  zh5: '他说：“机会总是留给有准备的人。”',
  zh6: '人工智能和机器学习正在改变世界',
  zh7: '研究生命的起源',
  zh8: '南京市长江大桥',
  zh9: '請把檔案傳給我，謝謝',
  zh10: '请把文件传给我，谢谢',
  zh11: '买一斤苹果，再买两斤香蕉',
  zh12: '苹果发布了新的iPhone15手机',
  zh13: '我的电话是13800138000，有事打给我',
  zh14: '会议纪要_2024-03-15.docx 已上传',
  zh15: '你好 世界',
  zh16: '你好，世界！',
  zh17: '世界你好',
  zh18: '𠮷野家的牛肉饭',
  ja1: '東京タワーに行きました',
  ja2: 'ﾃﾞｰﾀﾍﾞｰｽの設計について',
  ja3: 'データベースを移行する',
  ja4: 'ひらがなとカタカナと漢字',
  ja5: '国際会議は来週です',
  ko1: '학교에서 친구를 만났어요',
  ko2: '대한민국 서울특별시',
  ko3: '안녕하세요 반갑습니다'.normalize('NFD'),
  en1: 'The quick brown fox jumps over the lazy dog',
  en2: 'Meeting moved to 3pm, see you there!',
  en3: 'HELLO World',
  en4: 'hello there, brave new world',
  en5: 'I don’t think so; it won’t work',
  en6: 'Café au lait, nai\u0308ve résumé',
  en7: 'Straße nach München',
  en8: 'Please review PR #1234 and issue ABC-567',
  en9: 'write to heron@example.com',
  en10: 'https://example.org/path/to/page?id=42#top',
  en11: 'version v2.10.3 is out',
  en12: 'foo_bar-baz.qux',
  en13: 'I am a heron',
  en14: 'ＦＵＬＬ　ＷＩＤＴＨ　ｔｅｘｔ １２３',
  en15: 'ΟΔΥΣΣΕΥΣ came home',
  en16: 'Привет, мир!',
  en17: 'co-operate with the cooperative',
  en18: 'price: $1,299.00 or 1299 EUR',
  en19: 'the ﬁnal oﬃce',
  en20: 'soft\u00ADly spo\u200Bken',
  en21: `${'na'.repeat(60)}batman`,
  ar1: 'مرحبا بالعالم',
  th1: 'สวัสดีชาวโลก',
  mix1: 'deploy到production环境失败了',
  mix2: '用React写前端，用Bun写后端',
  mix3: 'WiFi密码是abc123',
  mix4: 'OK啦！see you明天',
  em1: 'happy birthday 🎂🎉',
  em2: '👍🏽',
  em3: 'ok 👍',
  em4: 'family 👨‍👩‍👧 photo',
  em5: '❤️ you',
  em6: '🇨🇳 vs 🇯🇵',
  em7: 'I ❤ NY',
  file1: {
    content: '',
    message_type: types.file,
    media_url: `${files}/x/%E5%AD%A3%E5%BA%A6%E6%8A%A5%E5%91%8A%20Q3-final.pdf?sig=secret`,
  },
  file2: {
    content: 'budget_2025_v2.xlsx',
    message_type: types.file,
    media_url: `${files}/u/8f3a`,
  },
  image: {
    content: '在海边拍的',
    message_type: types.image,
    media_url: `${files}/IMG_4021.JPG`,
  },
  place: {
    content: JSON.stringify({ name: '人民广场', address: '上海市黄浦区', lat: 31.2 }),
    message_type: types.location,
  },
  passed: {
    content: JSON.stringify({ items: [{ ...item, nickname: '鹭', content: '转发里的秘密花园' }] }),
    message_type: types.forward,
  },
  own: { content: 'opaque heron', message_type: 100 },
  sealed: { content: 'sealed heron', message_type: types.encrypted },
}
