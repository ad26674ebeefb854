"""What a sentence says to have happened, and what it only denies, plans or asks for."""

from __future__ import annotations

import pytest

from bot.story.modality import Doubt, doubt, long_done


def why(sentence: str, language: str | None, in_title: bool = False) -> Doubt | None:
    """The doubt about the word in square brackets."""
    start, end = sentence.index("["), sentence.index("]") - 1
    return doubt(sentence.replace("[", "").replace("]", ""), start, end, language, in_title)


@pytest.mark.parametrize(
    "sentence",
    [
        "Japan and Indonesia [signed] the accord on Tuesday.",
        "The accord, which would have failed last year, was [signed] on Tuesday.",
        "The accord, [signed] in 2015, will expire next year.",
        "In May the accord was formally [signed].",
        "They not only met but also [signed] the accord.",
        "Under a contract [signed] in May, the firm will supply radars.",
        "The two navies held [joint drills] off Palawan.",
        "They held [talks] on a pact that would let troops train there.",
        "The [visit] took place in May.",
        "The cabinet [approved] the transfer of six aircraft.",
        "Two radars [arrived] in Colombo.",
        "Japan and Indonesia [held a meeting] in Tokyo.",
        "The premier [paid a visit] to Jakarta.",
        "The pact took effect in May, after being [signed] in March.",
        "The EU and Japan [announced] a sweeping new security and defence partnership.",
        "Tokyo and Manila [announced] a defence pact.",
    ],
)
def test_what_english_says_to_have_happened(sentence: str) -> None:
    assert why(sentence, "en") is None


@pytest.mark.parametrize(
    ("sentence", "doubted"),
    [
        ("The accord has yet to be [signed].", Doubt.NEGATED),
        ("The accord has not been [signed].", Doubt.NEGATED),
        ("No Japanese warship has [visited] the port.", Doubt.NEGATED),
        ("Japan would soon [sign] the accord.", Doubt.TO_COME),
        ("The accord will be [signed] in May.", Doubt.TO_COME),
        ("The two sides agreed to [sign] the accord.", Doubt.TO_COME),
        ("It is due to [enter into force] in May.", Doubt.TO_COME),
        ("Unless it [enters into force] soon, troops stay away.", Doubt.CONDITION),
        ("If it is [signed], troops may train there.", Doubt.CONDITION),
        ("The ministry denied that the accord was [signed].", Doubt.DENIED),
        ("Has Japan [signed] the accord?", Doubt.QUESTION),
        ('"Has Japan [signed] it?" he asked.', Doubt.QUESTION),
        ("Lawmakers called for [talks] with Tokyo.", Doubt.CALLED_FOR),
        ("The [signing ceremony] was postponed.", Doubt.CANCELLED),
        ("The [signing ceremony], scheduled for May, was removed from the calendar.", Doubt.CANCELLED),
        ("The [joint exercise] is scheduled for May.", Doubt.TO_COME),
        ("A [joint exercise] needs money.", Doubt.NAMED),
        ("The minister [signed] baseball caps.", Doubt.OTHER_MEANING),
        ("The committee [approved] the minutes.", Doubt.OTHER_MEANING),
        ("The minister has [arrived] in Colombo.", Doubt.OTHER_MEANING),
        ("Experts [agreed] that it was late.", Doubt.OTHER_MEANING),
        ("He will take a planeload of executives there at the end of the month for a first [dialogue].", Doubt.NAMED),
        ("They will [held a meeting] soon.", Doubt.TO_COME),
        ("The pact is being [signed].", Doubt.TO_COME),
        ("They [announced] talks on a defence pact.", Doubt.OTHER_MEANING),
        ("They [announced] a plan for a defence partnership.", Doubt.OTHER_MEANING),
        ("The firms [announced] a sales partnership.", Doubt.OTHER_MEANING),
        (
            "He will visit Manila next week, hold talks with the defence secretary there and [sign] a deal.",
            Doubt.TO_COME,
        ),
        (
            "They have had a pact since last year, and the two sides were to sign a paper on the [handover] of ships.",
            Doubt.NAMED,
        ),
    ],
)
def test_what_english_does_not_say_to_have_happened(sentence: str, doubted: Doubt) -> None:
    assert why(sentence, "en") is doubted


@pytest.mark.parametrize(
    "sentence",
    [
        "Kedua menteri [menandatangani] perjanjian itu, Selasa.",
        "Perjanjian itu sudah [ditandatangani], tetapi belum berlaku.",
        "[Penandatanganan] dilakukan di Jakarta.",
        "Mereka [sepakat] mengembangkan fregat yang akan dibangun di Surabaya.",
        "Kedua angkatan laut menggelar [latihan bersama] di Natuna.",
        "Tidak hanya berunding, mereka [meneken] kontrak.",
        "Kapal akan dibangun di Surabaya, dan kedua menteri [meneken] kontraknya.",
        "Jepang akan mengirim kapal setelah kedua menteri bertemu dan [meneken] kontrak.",
        "Kedua pihak [mengumumkan] kemitraan keamanan.",
    ],
)
def test_what_indonesian_says_to_have_happened(sentence: str) -> None:
    assert why(sentence, "id") is None


@pytest.mark.parametrize(
    ("sentence", "doubted"),
    [
        ("Perjanjian itu belum [ditandatangani].", Doubt.NEGATED),
        ("Tidak satu pun kapal yang [diserahkan].", Doubt.NEGATED),
        ("Indonesia akan [menandatangani] perjanjian itu.", Doubt.TO_COME),
        ("Mereka sepakat [menandatangani] perjanjian itu.", Doubt.TO_COME),
        ("[Penandatanganan] rencananya dilakukan pada Oktober.", Doubt.TO_COME),
        ("Jika perjanjian itu [ditandatangani], pasukan dapat berlatih.", Doubt.CONDITION),
        ("Kemhan membantah kontrak itu telah [diteken].", Doubt.DENIED),
        ("DPR mendesak pemerintah [menandatangani] perjanjian.", Doubt.CALLED_FOR),
        ("Benarkah Jepang sudah [meneken] kontrak itu?", Doubt.QUESTION),
        ("[Penandatanganan] pada 10 September dihapus dari agenda.", Doubt.CANCELLED),
        ("[Penandatanganan] itu penting.", Doubt.NAMED),
        (
            "Ia akan meninjau fasilitas PT PAL Indonesia di Surabaya, Jawa Timur, dan [bertemu] Kepala Staf.",
            Doubt.TO_COME,
        ),
        ("Ia dijadwalkan tiba Senin, meninjau galangan, lalu [bertemu] Presiden.", Doubt.TO_COME),
        ("Mereka [mengumumkan] rencana kemitraan keamanan.", Doubt.OTHER_MEANING),
        ("Menhan [menandatangani] kaus anak-anak.", Doubt.OTHER_MEANING),
    ],
)
def test_what_indonesian_does_not_say_to_have_happened(sentence: str, doubted: Doubt) -> None:
    assert why(sentence, "id") is doubted


@pytest.mark.parametrize(
    "sentence",
    [
        "両政府は協定に[署名]した。",
        "両政府は協定に[署名]し、今後の協議を始める。",
        "協定は1日に[発効]し、燃料を融通できるようになった。",
        "共同開発することで[合意]した。",
        "艦艇は[共同訓練]を実施した。",
        "[署名]された協定は発効していない。",
        "防衛相は8日、ジャカルタを[訪問]し、国防相と会談する。",
        "両政府は協定に[署名]し、年内の発効を目指す。",
        "両氏は[会談]し、訓練を増やす方針で一致した。",
        "年内に開くことで[一致した]。",
        "艦艇は[共同訓練]を18日まで3日間行った。",
    ],
)
def test_what_japanese_says_to_have_happened(sentence: str) -> None:
    assert why(sentence, "ja") is None


@pytest.mark.parametrize(
    ("sentence", "doubted"),
    [
        ("協定はまだ[発効]していない。", Doubt.NEGATED),
        ("[合意]には至らなかった。", Doubt.TO_COME),
        ("両政府は協定に[署名]する方針だ。", Doubt.TO_COME),
        ("早期に[署名]するよう求めた。", Doubt.TO_COME),
        ("[署名]式は延期された。", Doubt.TO_COME),
        ("来年3月までに[契約を結]ぶことで一致した。", Doubt.TO_COME),
        ("[発効]には議会の承認が必要だ。", Doubt.TO_COME),
        ("[署名]したとの報道を否定した。", Doubt.DENIED),
        ("本当に[合意]したのか。", Doubt.QUESTION),
        ("防衛相はジャカルタを[訪問]し、国防相と会談する予定だ。", Doubt.TO_COME),
        ("首相は25日からインドネシアを[訪れ]、大統領と会談する。", Doubt.TO_COME),
        ("防衛相は来週ジャカルタを[訪問]し、協定に署名する方向で調整している。", Doubt.TO_COME),
        ("子どもたちの帽子に[署名]した。", Doubt.OTHER_MEANING),
    ],
)
def test_what_japanese_does_not_say_to_have_happened(sentence: str, doubted: Doubt) -> None:
    assert why(sentence, "ja") is doubted


def test_a_headline_tells_in_the_present_tense_and_with_nouns() -> None:
    assert why("Japan, Indonesia [sign] accord", "en", in_title=True) is None
    assert why("Japan, Indonesia to [sign] accord", "en", in_title=True) is Doubt.TO_COME
    assert why("Koizumi to visit Indonesia, hold defence [talks]", "en", in_title=True) is Doubt.TO_COME
    assert why("Japan agrees to share data after [talks]", "en", in_title=True) is None
    assert why("防衛相、ジャカルタ訪問へ　国防相と[会談]", "ja", in_title=True) is Doubt.TO_COME
    assert why("SDF to send 1,400 troops to [Balikatan]", "en", in_title=True) is Doubt.TO_COME
    assert why("日本とインドネシア、協定に[署名]", "ja", in_title=True) is None
    assert why("協定[署名]へ", "ja", in_title=True) is Doubt.TO_COME


def test_may_is_a_month_with_a_capital_and_a_modal_without() -> None:
    assert why("In May they [sign] it.", "en") is None
    assert why("They may [sign] it.", "en") is Doubt.TO_COME


def test_an_uncertain_language_is_doubted_in_both() -> None:
    assert why("Perjanjian itu belum [ditandatangani].", None) is Doubt.NEGATED
    assert why("The accord was not [signed].", None) is Doubt.NEGATED
    assert why("協定は[発効]していない。", None) is Doubt.NEGATED


def test_what_a_pact_is_for_has_not_taken_place() -> None:
    pact = "They signed a pact allowing the deployment of forces for [joint exercises]."
    assert why(pact, "en") is Doubt.TO_COME
    assert why("The pact took effect on Sunday, simplifying procedures for [joint drills].", "en") is Doubt.TO_COME
    assert why("The navies held [joint drills] under a pact that allows visits.", "en") is None


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Japan, Philippines [sign] pact next week", "en"),
        ("Takaichi [visits] Indonesia on Friday", "en"),
        ("[Signing of] Japan-Indonesia pact draws near", "en"),
        ("RI-Jepang [Teken] Pakta Pekan Depan", "id"),
        ("Menanti Jepang-RI [Teken] Pakta", "id"),
        ("日比、円滑化協定に近く[署名]", "ja"),
        ("インドネシアへ護衛艦[引き渡し]、30年にも", "ja"),
        ("豪海軍向け護衛艦の建造開始　長崎で起工、29年[引き渡し]", "ja"),
    ],
)
def test_a_headline_in_the_present_tense_may_tell_of_what_is_to_come(title: str, language: str) -> None:
    assert why(title, language, in_title=True) is Doubt.TO_COME


def test_what_was_so_before_is_not_of_the_day_of_the_report() -> None:
    for sentence in (
        "Since then the two have signed a pact.",
        "Sejak itu kedua negara menandatangani nota kesepahaman.",
        "円滑化協定がすでに発効している。",
    ):
        at = max(sentence.find(word) for word in ("signed", "menandatangani", "発効"))
        assert long_done(sentence, at)
    assert not long_done("They signed a pact on Tuesday.", 5)
