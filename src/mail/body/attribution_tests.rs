use super::*;

#[test]
fn strong_in_every_language() {
    let lines = [
        "On Tue, Mar 12, 2024 at 10:00 AM Ann Smith <ann@x.example> wrote:",
        "On 12 Mar 2024, at 10:00, Ann Smith <ann@x.example> wrote:",
        "On 12/03/2024 10:00, Ann Smith wrote:",
        "Am 12.03.2024 um 10:00 schrieb Max Muster <max@x.example>:",
        "Am Di., 12. März 2024 um 10:00 Uhr schrieb Max Muster <max@x.example>:",
        "Max Muster <max@x.example> schrieb am Di., 12. März 2024, 10:00:",
        "Le mar. 12 mars 2024 à 10:00, Anne <anne@x.example> a écrit :",
        "El mar, 12 mar 2024 a las 10:00, Ana (<ana@x.example>) escribió:",
        "Il giorno mar 12 mar 2024 alle ore 10:00 Anna <anna@x.example> ha scritto:",
        "Em ter., 12 de mar. de 2024 às 10:00, Ana <ana@x.example> escreveu:",
        "Op di 12 mrt 2024 om 10:00 schreef Anna <anna@x.example>:",
        "W dniu 12.03.2024 o 10:00, Anna pisze:",
        "wt., 12 mar 2024 o 10:00 Anna <anna@x.example> napisał(a):",
        "út 12. 3. 2024 v 10:00 odesílatel Anna <anna@x.example> napsal:",
        "Den tir. 12. mar. 2024 kl. 10.00 skrev Anna <anna@x.example>:",
        "Den tis 12 mars 2024 kl 10:00 skrev Anna <anna@x.example>:",
        "tir. 12. mars 2024 kl. 10:00 skrev Anna <anna@x.example>:",
        "ti 12. maalisk. 2024 klo 10.00 Anna (anna@x.example) kirjoitti:",
        "вт, 12 мар. 2024 г. в 10:00, Анна <anna@x.example>:",
        "12.03.2024 10:00, Анна пишет:",
        "вт, 12 бер. 2024 р. о 10:00 Анна <anna@x.example> пише:",
        "Ayşe <ayse@x.example>, 12 Mar 2024 Sal, 10:00 tarihinde şunu yazdı:",
        "2024年3月12日(火) 10:00 花子 <hanako@x.example>:",
        "Anna <anna@x.example> 于2024年3月12日周二 10:00写道：",
        "在 2024年3月12日，10:00，Anna <anna@x.example> 写道：",
        "2024년 3월 12일 (화) 오전 10:00, 민지 <minji@x.example>님이 작성:",
        "Am 12. März 2024 10:00:00 MEZ schrieb Max <max@x.example>:",
        "In a message dated 3/12/2024 10:00:00 A.M. Eastern Standard Time, ann@x.example writes:",
        "Вторник, 12 марта 2024, 9:30 +03:00 от Анна <anna@x.example>:",
        "Anna <anna@x.example> ezt írta (időpont: 2024. márc. 12., K, 9:30):",
        "uto, 12. ožu 2024. u 09:30 Ana <ana@x.example> napisao je:",
        "Vào Th 3, 12 thg 3, 2024 vào lúc 9:30 Anh <anh@x.example> đã viết:",
        "---- On Tue, 12 Mar 2024 10:00:00 +0100 Ann <ann@x.example> wrote ----",
    ];
    for line in lines {
        assert_eq!(attribution(&[line]), Some((1, Strength::Strong)), "{line}");
    }
}

#[test]
fn wrapped_lines_join() {
    let lines = ["On Tue, Mar 12, 2024 at 10:00 AM Ann Smith", "<ann@x.example>", "wrote:", "> hello"];
    assert_eq!(attribution(&lines), Some((3, Strength::Strong)));
    assert_eq!(attribution(&["Ann wrote:", "> x"]), Some((1, Strength::Weak)));
}

#[test]
fn prose_is_no_attribution() {
    let lines = [
        "On the other hand I think this is right:",
        "Here is what I need:",
        "Please call me at 10:00 on 12/03/2024.",
        "Meet at 10:00:",
        "Am Montag komme ich vorbei:",
        "Hello Ann,",
        "",
    ];
    for line in lines {
        assert_eq!(attribution(&[line]), None, "{line}");
    }
    assert_ne!(attribution(&["On March 12, 2024 I wrote you the following:"]).map(|found| found.1), Some(Strength::Strong));
}
