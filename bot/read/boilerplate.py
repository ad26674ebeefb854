"""Knows the lines on a page that are furniture, by what they say.

Never decides by length alone: a short line that matches no pattern here is somebody's sentence.
"""

from __future__ import annotations

import re

from .markup import weight
from .reasons import Why


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in alternatives), re.IGNORECASE)


_MARK = r"[\s\W]*"
_KINDS = {
    # before the others: #iklan is a hashtag, too
    Why.TAGS: _pattern(r"^(?:#[\w-]+[\s,]*)+$"),
    Why.OTHERS: _pattern(
        rf"^{_MARK}(?:baca|lihat|simak|tonton|dengarkan)\s+(?:juga|pula|lainnya)\b",
        rf"^{_MARK}baca (?:berita|artikel|kabar)\b.{{0,80}}\b(?:lainnya|terbaru|selengkapnya)\b.{{0,40}}$",
        r"^[^\w\"'“‘「]*(?:simak|tonton|saksikan|lihat|cek)(?: juga)?(?: cuplikan| rekaman| selengkapnya)?"
        r" (?:video|foto|infografis|vlog|live streaming|siaran langsung)\b.{0,200}$",
        rf"^{_MARK}baca\s*(?:artikel|berita|selengkapnya)?\s*[:：]",
        rf"^{_MARK}(?:also read|read also|read more|read next|see also|related(?: (?:stor"
        rf"|article|news|post|content|read|link|cover)\w*)?|more on this|recommended|you"
        rf" (?:may|might) also"
        r"(?: like)?|watch(?: also| now)?|don'?t miss|in case you missed it|listen)\s*(?:[:：|>»–—-]|$)",
        rf"^{_MARK}(?:berita|artikel|topik|konten) (?:terkait|lainnya|pilihan|populer|rekomendasi)\b.{{0,3}}$",
        rf"^{_MARK}(?:pilihan editor|rekomendasi)\s*[:：]",
        rf"^{_MARK}(?:関連記事|関連ニュース|関連リンク|関連情報|関連ページ|あわせて読みたい"
        rf"|合わせて読みたい|こちらも|おすすめ記事|オススメ|人気記事|注目の?記事|次の記事"
        rf"|前の記事|もっと見る|この記事に関連|アクセスランキング)",
    ),
    Why.ADVERTISING: _pattern(
        r"^\W*(?:advertisement|advertisements|iklan|sponsored(?: content)?|scroll to"
        r" continue(?: with content| reading)?|continue reading below|"
        r"article continues (?:below|after).{0,40}|story continues (?:below|after).{0,40}"
        r"|ads? by \w+|広告|ＰＲ|pr|スポンサーリンク|sponsored links?|lanjut(?:kan)?"
        r" membaca.{0,40}|gulir (?:ke bawah )?untuk .{0,40})\W*$",
        r"^\W*\[?gambas\s*:",
        r"^\W*\[(?:video|foto|photo|image|gallery|infografis|embed)\b[^\]]{0,80}\]\W*$",
    ),
    Why.CREDIT: _pattern(
        r"^\W*(?:pewarta|reporter|editor|penulis|penyunting|redaktur|uploader|kontributor"
        r"|fotografer|penerjemah|translator|sumber(?: berita)?|laporan)\s*[:：/|].{0,100}$",
        r"^[\W]*[^\s、。]{0,14}(?:記者|編集委員|論説委員|特派員)[）)】\]]?\W*$",
        r"^\(\w{2,8}(?:/\w{2,8}){1,3}\)$",
        r"^\W*(?:copyright\s*(?:©|\(c\)|\d{4}|by\b|[:：]|$)|©|\(c\)\s|hak cipta\s*(?:©|\(c\)|\d"
        r"|milik|dilindungi|[:：]|$)|all rights? reserved)",
        r"(?:©|\(c\)|copyright).{0,80}(?:all rights? reserved|\b(?:19|20)\d\d\b).{0,60}$",
        r"^.{0,60}無断(?:転載|複製|使用|転用)|^\W*著作権(?:は.{0,30}(?:帰属|属し)|所有|表示)",
        r"^\W*dilarang (?:keras )?(?:mengambil|mengutip|memperbanyak|menyalin|mengcopy)",
        r"^\W*(?:artikel|berita) ini (?:telah|sudah|pertama kali)? ?(?:tayang|terbit|dimuat"
        r"|diterbitkan|dipublikasikan) (?:di|pada|sebelumnya)",
        r"^the post .{1,300} (?:first appeared|appeared first) on ",
        r"^this (?:article|story) (?:was )?(?:originally |first )(?:appeared|published) (?:on|in|by|at) ",
        r"^(?-i:SOURCE)[:\s]\s*(?-i:[A-Z]).{1,80}(?<![.!?])$",
        r"^\W*(?:edited|translated|compiled|photos?|photographs?|video) by\b.{1,60}(?<![.])$"
        r"|^\W*(?:編集|文責|校閲|撮影|翻訳)[:：・=＝].{1,20}$",
    ),
    Why.REQUEST: _pattern(
        r"^\W*follow .{1,60} on (?:whatsapp|google news|x|twitter|facebook|telegram|instagram"
        r"|youtube|line|threads)\b.{0,30}$",
        r"(?:公式|ツイッター|twitter|[xＸ]|line|facebook|インスタ\w*).{0,12}(?:フォロー|友だち追加|友達追加)",
        r"^\W*(?:share|bagikan|sebarkan|シェア|共有)(?: (?:this|ini|on|ke|via|:|it|artikel"
        r"|berita|article|story|post)\b.{0,60}|する|\W*)$",
        r"^\W*(?:tweet|facebook|twitter|whatsapp|telegram|line|linkedin|pinterest|email|print"
        r"|copy link|salin (?:tautan|link)|copy url|url copied|x|threads|hatena|pocket|"
        r"はてなブックマーク|ツイート|ポスト|印刷|印刷する|リンクをコピー|保存"
        r"|ブックマーク)(?:[\s|/・,]+(?:tweet|facebook|twitter|whatsapp|telegram|line"
        r"|linkedin|pinterest|email|print|copy link|x|threads|hatena|pocket|share))*\W*$",
        r"^\W*(?:follow|like|join|ikuti|gabung) (?:us|our|kami|kanal|channel|saluran|berita"
        r"|kompas|whatsapp|telegram|update)\b.{0,160}$",
        r"^\W*(?:dapatkan|cek|simak|ikuti|download|unduh|temukan)\b.{0,120}(?:google news"
        r"|whatsapp channel|whatsapp|telegram|aplikasi|ponselmu|ponsel anda|notifikasi"
        r"|newsletter)\b",
        r"^\W*(?:sign ?up|subscribe|register|berlangganan|langganan"
        r"|daftar(?:kan)?)\b.{0,120}(?:newsletter|buletin|e-?mail|inbox|updates?|alerts?"
        r"|briefing|surel|digest|today|free|gratis|sekarang|channel)\b",
        r"^\W*(?:get|receive|dapatkan|terima)\b.{0,100}(?:in your inbox|to your inbox|by"
        r" e-?mail|newsletter|via e-?mail|ke (?:e-?mail|inbox|surel))",
        r"^\W*(?:our |the |daily |weekly )?newsletter\W*$|メールマガジン|メルマガ"
        r"|ニュースレター(?:登録|に登録|の登録|を購読)",
        r"^\W*(?:enter )?your e-?mail(?: address)?\W*$|^\W*(?:alamat )?(?:e-?mail|surel)(?: anda)?\W*$"
        r"|^メールアドレス$",
        r"^\W*(?:download|unduh|install|get) (?:the|our|aplikasi)\b.{0,60}\b(?:app|aplikasi|kami)\b.{0,60}$",
        r"^.{0,120}\bsign up (?:here|now|today|free|for free)\W*$|^\W*our standards\s*[:：]|^comments are closed\W*$",
        r"^\W*(?:additional )?reporting by .{1,160}\b(?:editing|writing) by .{1,80}$"
        r"|^\W*additional reporting (?:by|from) .{1,120}$",
    ),
    Why.CONSENT: _pattern(
        r"会員登録.{0,12}(?:お読み|ご覧|閲覧|読め)|会員の方は.{0,12}(?:お読み|ご覧|閲覧|読め)",
        r"\b(?:we|this (?:web)?site|our (?:web)?site|situs (?:web )?ini"
        r"|kami)\b.{0,40}\b(?:uses?|using|menggunakan|memakai)\b.{0,30}\bcookies?\b",
        r"(?:クッキー|cookie).{0,30}(?:使用|利用)(?:し|を)|^\W*(?:accept|reject|manage)(?:"
        r" all)? cookies\W*$|^\W*by (?:continuing|using|clicking).{0,80}(?:cookies?|terms"
        r"|privacy)",
        r"^\W*(?:この(?:記事|続き)は|ここから先は)?.{0,20}(?:有料会員|会員限定|会員登録"
        r"|ログイン)(?:限定|の?(?:方|記事)|して|が必要|すると|はこちら|する).{0,60}$"
        r"|^残り\d+文字|^(?:続きを読む|続きはこちら|記事全文を読む|全文を読む)\W*$",
        r"^\W*(?:subscribe|log ?in|sign in|register|masuk|login)(?: now| to (?:read|continue"
        r"|comment|view).{0,60}| untuk .{0,60})?\W*$",
        r"^\W*(?:this (?:article|content) is (?:only )?(?:available )?(?:for|to) (?:subscribers|members)).{0,60}$",
    ),
    Why.COMMENTS: _pattern(
        r"^\W*(?:\d+\s+)?(?:comments?|komentar|コメント|responses|replies)\s*(?:[:：(（]?\s*\d+\s*[)）件]?)?\W*$",
        r"^\W*(?:leave|post|write|add|tulis|kirim|beri(?:kan)?|tinggalkan|buat)\s+(?:a |your"
        r" )?(?:comment|reply|komentar|tanggapan|balasan)\b.{0,60}$",
        r"your e-?mail address will not be published|required fields are marked|alamat email"
        r" anda tidak akan dipublikasikan|ruas yang wajib ditandai"
        r"|メールアドレスが公開されることはありません",
        r"^\W*(?:コメントを(?:書く|残す|する|投稿)|コメントする|be the first to comment"
        r"|jadilah yang pertama|save my name, e-?mail|simpan nama, email)",
    ),
    Why.PLACE: _pattern(
        r"^\W*(?:halaman|page|pages|ページ)\s*[:：]?\s*\d[\d\s|]*(?:next|selanjutnya|selengkapnya|berikutnya|semua|all|次へ)?\W*$",
        r"^\W*(?:home|beranda|top|トップ|ホーム|homepage|トップページ)\s*(?:[>»›/|＞≫→]|&gt;)",
        r"^\W*(?:tags?|tagar|topik|topics?|kata kunci|keywords?|filed under|categories"
        r"|category|kategori|タグ|キーワード|カテゴリー?|ジャンル|トピックス)\s*[:：＃#]",
        r"^\W*(?:skip to|lewati ke|本文へ|ページの?(?:先頭|トップ)|back to top|kembali ke"
        r" atas|トップへ戻る|一覧(?:へ|に)戻る|戻る).{0,20}$",
    ),
    Why.COUNTER: _pattern(
        r"^\W*(?:\d+\s*(?:min(?:ute)?s?\s+(?:read|baca)|menit\s+(?:baca|membaca)|views?"
        r"|shares?|kali dibaca|dibaca)|reading time\W.{0,20}|waktu baca\W.{0,20}"
        r"|dibaca\s*:?\s*[\d.,]+.{0,10}|views?\s*[:：]\s*[\d.,]+|loading)\W*$",
        r"^\W*(?:文字サイズ|拡大|縮小|写真を?(?:拡大|見る)|画像を?(?:拡大|見る)|大きな画像|画像一覧|写真一覧).{0,20}$",
    ),
}
_CAPTIONS = _pattern(
    r"^.{10,240}[.。\s](?:foto|photo|image|gambar|picture|写真)\s?[:：/]\s?[\w .,'/()&-]{2,60}(?<![.!?])$",
    r"^[\W]*(?:foto|photo|photograph|image|gambar|ilustrasi|illustration|file photo"
    r"|dok(?:umentasi)?\.?|picture|video|infografis|grafis|写真|画像"
    r"|資料写真)\s*[:：/=＝].{0,200}$",
    r"^.{0,200}\((?:foto|photo|image|gambar|dok|ilustrasi|写真)\s*[:：/.].{0,80}\)\W*$",
    r"^.{0,240}(?:antara foto|reuters|afp|getty images?|shutterstock|kyodo|epa|xinhua|ap"
    r" photo)\s?/\s?[\w .'/-]{2,60}\W*$",
)
_HEAD_LINES = _pattern(
    r"^\W*(?:by|oleh|penulis|author|written by|text by|reported by|文|取材|執筆|記者|文責"
    r"|編集)\s*[:：・=＝|]?\s+?\S.{0,70}$",
    r"^\W*(?:by|oleh|penulis)\s*[:：]\s*\S.{0,100}(?<![.!?])$",
    r"^\W*(?:published|posted|updated|last updated|diperbarui|diterbitkan|tayang|terbit"
    r"|dipublikasikan|更新|公開|掲載|配信|投稿|最終更新)\w{0,4}\b.{0,90}$",
)
_RELATED_HEADING = _pattern(
    r"^\W*(?:related|recommended|popular|trending|latest|top|other|more|sponsored|featured)"
    r"(?: (?:stor(?:y|ies)|articles?|news|posts?|contents?|reading|reads|links?|coverage"
    r"|topics?|videos?|headlines|updates"
    r"|for you|now|today|in \w+|from .{1,40}|on this.{0,20}))?\W*$",
    r"^\W*(?:read (?:more|also|next)|also read|most (?:read|popular|viewed|commented)|you"
    r" (?:may|might)(?: also)? .{1,30}"
    r"|editors?'?s? picks?|keep reading|what to read next|up next|see also|further reading|don'?t miss"
    r"|around the web|from the web|tags?|topics?"
    r"|share(?: this.{0,20})?|follow us.{0,20}|newsletters?|subscribe(?: .{1,30})?|stay"
    r" (?:informed|connected|updated).{0,20})\W*$",
    r"^\W*(?:berita|artikel|topik|video|foto|kabar)\s+(?:terkait|lain\w*|pilihan|populer"
    r"|terpopuler|terkini|terbaru|rekomendasi)\b.{0,30}$",
    r"^\W*(?:telusuri|jelajahi|lihat|baca) .{0,40}\blain(?:nya)?\W*$",
    r"^\W*(?:baca juga|terpopuler|terkini|terbaru|rekomendasi(?: untuk anda)?|lihat juga"
    r"|simak juga|pilihan (?:editor|untukmu|redaksi)"
    r"|tag(?:ar)? terkait|bagikan(?: .{1,20})?)\W*$",
    r"^\W*(?:関連(?:する)?(?:記事|ニュース|リンク|情報|ページ|コンテンツ|トピックス?|動画"
    r"|キーワード|タグ|サイト)?|(?:あなた(?:に|への)?)?(?:おすすめ|オススメ|人気|最新|新着|注目|あなたへの)の?"
    r"(?:記事|ニュース|動画|コンテンツ|キーワード|情報|トピックス?)?"
    r"|(?:アクセス)?ランキング|あわせて読みたい|合わせて読みたい|ピックアップ"
    r"|この記事(?:を(?:シェア|読んだ)|に関(?:連|する)).{0,16}|シェア(?:する)?|タグ"
    r"|キーワード|トピックス|他の記事|続報|お知らせ|広告|.{1,12}の最新記事)\W*$",
)
_BIO_HEADING = _pattern(
    r"^\W*(?:about the (?:author|writer)s?|about (?:us|this site)|tentang (?:penulis"
    r"|kami)|profil penulis|この記事を書いた(?:人|記者)"
    r"|(?:著者|筆者|執筆者|記者)(?:紹介|プロフィール|について)?)\W*$",
)
_COMMENT_HEADING = _pattern(
    r"^\W*(?:\d+\s+)?(?:comments?|komentar|コメント|responses?|replies|discussion"
    r"|thoughts on|join the (?:conversation|discussion)|leave a (?:comment|reply)"
    r"|tinggalkan (?:komentar|balasan)|tulis komentar|kolom komentar|コメントを(?:残す"
    r"|書く)).{0,40}$",
)
_WALL = _pattern(
    r"残り\s*[\d,]+\s*文字|続きを(?:お?読み(?:いただけ|に)|読むには)|(?:この記事|本記事|続き)は.{0,6}(?:有料|会員限定)",
    r"\b(?:this (?:article|story|content) is (?:available )?(?:only )?(?:for|to) (?:our )?(?:subscribers|members"
    r"|premium)"
    r"|(?:subscribe|sign in|log in|register).{0,30} to (?:continue|keep) reading"
    r"|to (?:continue|keep) reading.{0,60}(?:subscri|log in|sign in|register)"
    r"|you(?:'|’)ve (?:reached|read) your .{0,40}(?:limit|free articles))",
    r"\b(?:lanjutkan membaca|untuk melanjutkan membaca|baca selengkapnya).{0,80}(?:berlangganan|langganan|masuk"
    r"|login|daftar)",
    r"\b(?:artikel|konten|berita) ini (?:hanya|khusus) (?:untuk|bagi|tersedia untuk).{0,20}(?:pelanggan|anggota"
    r"|member)",
)
_CLOSING = _pattern(
    r"^\W*(?:pewarta|reporter|editor|penulis|penyunting|redaktur|uploader|kontributor)\s*[:：/|]\s*\S.{0,80}$",
    r"^[(\[（](?:[a-z]{2,5}|\w{2,8}(?:/\w{2,8}){1,3})[)\]）]\W*$",
)
LONGEST_LINE = 320
"""Weight over which no line is dropped for what it says (a consent notice is the longest kind)."""


def is_boilerplate(line: str) -> bool:
    """Whether a whole line is known furniture: a link to another article, an advertisement's label, a credit."""
    return kind_of(line) is not None


def kind_of(line: str) -> Why | None:
    """What furniture a whole line is; None where it is none that is known."""
    if weight(line) > LONGEST_LINE:
        return None
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(line)), None)


def closes_text(line: str) -> bool:
    """Whether a whole line is the editor's or the writer's, as it stands under an article."""
    return weight(line) <= 110 and bool(_CLOSING.match(line))


def is_wall(line: str) -> bool:
    """Whether a whole line says that the rest of the text is for subscribers."""
    return weight(line) <= LONGEST_LINE and bool(_WALL.search(line))


def is_caption(line: str) -> bool:
    """Whether a whole line reads as the caption or the credit of a picture."""
    return weight(line) <= LONGEST_LINE and bool(_CAPTIONS.search(line))


def is_head_line(line: str) -> bool:
    """Whether a line above the text only names its author or its date."""
    return weight(line) <= 110 and bool(_HEAD_LINES.search(line))


def opens_related(heading: str) -> bool:
    """Whether a heading opens a list of other articles, or another box that is not the article."""
    return weight(heading) <= 110 and bool(_RELATED_HEADING.match(heading))


def opens_biography(heading: str) -> bool:
    """Whether a heading opens a few words about the author."""
    return weight(heading) <= 110 and bool(_BIO_HEADING.match(heading))


def opens_comments(heading: str) -> bool:
    """Whether a heading opens the readers' comments."""
    return weight(heading) <= 110 and bool(_COMMENT_HEADING.match(heading))
