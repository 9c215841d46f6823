// Names, the letters that find them, and letters that do not. Read across: `name | finds | does not`.
export const golden = `
张三丰 | zsf zhangsanfeng zhang·san zhangsf zsan zhsf z zhangs | zf sanfeng zsfx zhangsang lsf
张三风 | ZSF Zhang·San ｚｓｆ zhang'san zhāng·sān ZHANG-SAN | fsz
张老师 | zls zhanglaoshi zhlsh zlaos | zl1 laoshi
李小龙 | lxl lixiaolong lix lxiaol | xl lxlx lixl2
王芳 | wf wangfang wangf wfang wan | wn wanfang fw
欧阳修 | oyx ouyangxiu ouyx | yx oux
诸葛亮 | zgl zhugeliang zhugl zhgl | zlg
司马懿 | smy simayi simy | my
单雄信 | sxx shanxx dxx shanxiongxin | xx
单于 | sy chany chanyu shanyu dy | ys
曾国藩 | zgf zengguofan cgf zenggf | zfg
解缙 | xj xiejin jiejin jj | xiajin
仇英 | qy qiuying chouying cy | yq
任我行 | rwx renwoxing rwh renwohang | rwd
乐嘉 | yj lj yuejia lejia | jy
尉迟恭 | ycg yuchigong weichigong wcg | yg
万俟卨 | mqx moqixie | wqq
区志明 | ozm ouzhiming qzm | zm
盖叫天 | gjt gejiaotian gaijt | gt
查良镛 | zly zhaliangyong chaly | lyz
朴槿惠 | pjh piaojinhui pujh | jh
员半千 | ybq yunbanqian yuanbq | bq
华罗庚 | hlg hualuogeng | lg
长孙无忌 | zswj cswj zhangsunwuji changsunwj | sw
重庆 | cq zq chongqing zhongqing chongq | qc
重庆银行 | cqyh zqyx chongqingyinhang chongqingyinxing cqyinhang | yh cqh
行长 | hz xc hangzhang xingchang hzhang | zh·x
长沙 | cs zs changsha zhangsha | sc
音乐 | yy yl yinyue yinle | ly
厦门 | xm sm xiamen shamen | mx
六安 | la liuan luan lu'an | an
西安 | xa xian xi'an xi·an xian | xn
先生 | xs xiansheng | xiasheng sheng
吕布 | lb lvbu lubu lübu lüb lvb LÜBU | lib
女儿 | ne nver nuer nüer | mer
绿洲 | lz lvzhou luzhou | zhou
旅行 | lx lh lvxing luxing | xing
略阳 | ly lveyang lueyang | yang
嗯嗯 | nn ngng nng | en
阿尔法 | aef aerfa aef | fa
鄂尔多斯 | eeds eerduosi eerds | ds
安 | a an | n
家 | j jia ji | ia
产品讨论组 | cptlz chanpintaolunzu cptl chanptlz cpin chanpin·taolun | ptlz cptlzx tlz
技术部 | jsb jishubu jshub | sb jszb
市场一部 | scyb shichangyibu schyb | cyb
IT部门 | itbm it·bumen itb ibm | bm
A组 | az azu | zu
3班 | 3b 3ban | ban
2024届同学 | 2024jtx 2024j | jtx
Bob张 | bz bobzhang bobz bob | zb obz
张Bob | zbob zhangbob zb zhangb | bob
小红🌸 | xh xiaohong | hx
🌸小红 | xh xiaohong xhong | hong
《读书会》 | dsh dushuhui dushh | sh
张 三 | zs zhangsan zhang·san | san
张·三 | zs zhangsan | sz
張三豐 | zsf zhangsanfeng | zf
長孫無忌 | cswj zswj | wj
劉德華 | ldh liudehua | dh
邓紫棋 | dzq dengziqi dzqi | zq
龙猫タワー | lm longmao longm | lmt
ｶﾌｪ咖啡 | | kf kafei
Alice | | al ali alice
Иван王 | | w wang iw
王Иван | w wang | wi
123 | | 1 12 123
`
  .trim()
  .split('\n')
  .map((line) => {
    const [name = '', hits = '', misses = ''] = line.split('|').map((each) => each.trim())
    // A dot stands for a space, for spaces part them.
    const words = (text: string) =>
      text
        .split(/\s+/)
        .filter(Boolean)
        .map((each) => each.replaceAll('·', ' '))
    return { name, hits: words(hits), misses: words(misses) }
  })
