use proptest::prelude::*;

use super::*;
use crate::html;

/// A document in a few signs: `¶` paragraph, `#` heading, `•` or a number item, `|` cell, `>` quote, `` ` `` code.
fn brief(blocks: &[Block]) -> String {
    blocks.iter().map(brief_block).collect::<Vec<_>>().join(" ")
}

fn brief_block(block: &Block) -> String {
    match block {
        Block::Paragraph(inlines) => format!("¶{}", brief_inlines(inlines)),
        Block::Heading(level, inlines) => format!("#{level}{}", brief_inlines(inlines)),
        Block::List { first, items } => {
            let mark = first.map_or("•".to_owned(), |first| format!("{first}."));
            format!("{mark}({})", items.iter().map(|item| brief(item)).collect::<Vec<_>>().join(", "))
        }
        Block::Table(rows) => {
            let cell = |cell: &Cell| {
                let size =
                    if (cell.across, cell.down) == (1, 1) { String::new() } else { format!("{}x{}", cell.across, cell.down) };
                format!("{}{size}{}", if cell.heading { "!" } else { "" }, brief(&cell.blocks))
            };
            let row = |row: &Vec<Cell>| row.iter().map(cell).collect::<Vec<_>>().join("|");
            format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join("/"))
        }
        Block::Quote(blocks) => format!(">({})", brief(blocks)),
        Block::Code(text) => format!("`{text}`"),
        Block::Rule => "--".to_owned(),
    }
}

fn brief_inlines(inlines: &[Inline]) -> String {
    let run = |run: &Run| {
        let Style { strong, emphasis, underlined, struck, code } = run.style;
        let marks: String = [(strong, '*'), (emphasis, '/'), (underlined, '_'), (struck, '~'), (code, '`')]
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, mark)| *mark)
            .collect();
        let link = run.link.as_ref().map(|link| format!("<{}>", link.as_str())).unwrap_or_default();
        format!("{marks}{}{}{link}", run.text, marks.chars().rev().collect::<String>())
    };
    let piece = |inline: &Inline| match inline {
        Inline::Text(of) => run(of),
        Inline::Break => "⏎".to_owned(),
        Inline::Picture(picture) => format!("{{{}:{}}}", picture.content_id, picture.alt),
    };
    inlines.iter().map(piece).collect()
}

fn read(markup: &str) -> Document {
    let source = html::plainly(markup, &mut html::Budget::of(1 << 20));
    html::document(&html::sanitize(&source, 512).unwrap())
}

#[test]
fn html_as_programs_write_it_becomes_what_a_reader_sees() {
    let table = [
        ("<p>One</p><p>Two<br>three</p>", "¶One ¶Two⏎three"),
        ("<div>One</div><div>two</div><div><br></div><div>three</div>", "¶One⏎two ¶three"),
        ("<div>One</div><div>&nbsp;</div><div>two</div>", "¶One ¶two"),
        ("One<br><br>two", "¶One ¶two"),
        ("a <b>bold</b> and <i>slanted <u>line</u></i>", "¶a *bold* and /slanted //_line_/"),
        ("<span style='font-weight:700'>b</span><span style='text-decoration: line-through'>gone</span>", "¶*b*~gone~"),
        ("<b>a<span style='font-weight:normal'>b</span></b>", "¶*a*b"),
        ("<ul><li>one<li>two<ul><li>inner</ul></ul>", "•(¶one, ¶two •(¶inner))"),
        ("<ul><li>one</li><ul><li>inner</li></ul></ul>", "•(¶one •(¶inner))"),
        ("<ol start=3><li>three</li><li><p>four</p></li></ol>", "3.(¶three, ¶four)"),
        ("<h1>Head</h1>text", "#1Head ¶text"),
        ("<table><tr><th>A<th>B<tr><td colspan=2>1</table>", "[!¶A|!¶B/2x1¶1]"),
        // Layout is no table.
        ("<table><tr><td>One</td></tr><tr><td>two</td></tr></table>", "¶One ¶two"),
        (
            "<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table></td><td>x</td></tr><tr><td>y<td>z</table>",
            "[¶a|¶b/¶c|¶d] ¶x ¶y ¶z",
        ),
        ("<blockquote>old</blockquote>new", ">(¶old) ¶new"),
        ("<blockquote style='margin:0 0 0 40px;border:none'>indented</blockquote>", "¶indented"),
        ("<pre>Hello,\nthere</pre>", "¶Hello,⏎there"),
        ("<pre>a    1\nbcd  22\nx    3\n  y\n</pre>", "¶a    1⏎bcd  22⏎x    3⏎  y"),
        ("<pre>if x {\n    y;\n    z;\n}\n    w;</pre>", "`if x {\n    y;\n    z;\n}\n    w;`"),
        ("a<hr>b", "¶a -- ¶b"),
        (
            "see <a href='https://a.example/x'>here</a> or <a href='javascript:x'>there</a>",
            "¶see here<https://a.example/x> or there",
        ),
        ("<img src='cid:a@b' alt='Plan'> and <img src='https://a.example/p.png' alt='Smile'>", "¶{a@b:Plan} and Smile"),
        ("<img src='cid:a@b'><br>below", "¶{a@b:}⏎below"),
        ("seen <span style='display:none'>hidden</span><span style='font-size:0'>too</span> again", "¶seen again"),
        ("<td>stray</td><li>item</li>", "¶stray ¶item"),
        ("&lt;b&gt; &amp; <b>x</b", "¶<b> & *x*"),
        ("", ""),
    ];
    for (markup, expected) in table {
        assert_eq!(brief(&read(markup).blocks), expected, "{markup}");
    }
}

#[test]
fn plain_text_becomes_what_its_writer_meant() {
    let table = [
        ("One\ntwo\n\nthree", "¶One⏎two ¶three"),
        ("Yes.\n> old\n> > older\n>\n> old\n\nNo.", "¶Yes. >(¶old >(¶older) ¶old) ¶No."),
        ("Please:\n- one\n- two\n  more\nthanks", "¶Please: •(¶one, ¶two⏎more) ¶thanks"),
        ("1. one\n2. two", "1.(¶one, ¶two)"),
        ("3) one\n4) two\n6) no", "3.(¶one, ¶two) ¶6) no"),
        ("- only one", "¶- only one"),
        ("5. May\nis the day", "¶5. May⏎is the day"),
        ("2026-11-02   ERROR   disk\n2026-11-03   ERROR   fan", "`2026-11-02   ERROR   disk\n2026-11-03   ERROR   fan`"),
        ("  indented by two\n  as well", "¶  indented by two⏎  as well"),
        ("", ""),
        (">", ""),
    ];
    for (text, expected) in table {
        assert_eq!(brief(&of_text(text).blocks), expected, "{text}");
    }
    assert_eq!(brief(&typed("yes\n> mine").blocks), "¶yes⏎> mine");
}

#[test]
fn a_document_shows_what_a_text_says_and_no_more() {
    let mail = "<div>Hello Carla,</div><div><br></div><div>the <b>prices</b>:</div>\
        <table><tr><th>Part</th><th>Price</th></tr><tr><td>Pump</td><td>5</td></tr></table>\
        <div>see <a href='https://a.example/list'>the list</a></div>\
        <div><br></div><div>-- </div><div>Anna<br><img src='cid:logo'></div>\
        <blockquote><div>Hello Carla,</div><table><tr><td>old</td><td>1</td></tr><tr><td>x</td><td>y</td></tr></table></blockquote>";
    let all = read(mail);
    let table = [
        (
            "Hello Carla,\n\nthe *prices*:\nPart Price\nPump 5\nsee the list <https://a.example/list>",
            "¶Hello Carla, ¶the *prices*: [!¶Part|!¶Price/¶Pump|¶5] ¶see the list<https://a.example/list>",
        ),
        // As a program writes a table that no text can hold.
        (
            "Hello Carla,\n\nthe prices:\n\nPart\nPrice\n\nPump\n5\n\nsee the list",
            "¶Hello Carla, ¶the *prices*: [!¶Part|!¶Price/¶Pump|¶5] ¶see the list<https://a.example/list>",
        ),
        ("the prices:", "¶the *prices*:"),
        ("Hello Carla,", "¶Hello Carla,"),
        // Other words, another order, one word more: none of them is what the document says.
        ("the prices: 6", ""),
        ("see the list\nthe prices:", ""),
        ("the prices", "¶the *prices*:"),
        ("the price", ""),
        ("old 1", ">([¶old|¶1])"),
    ];
    for (text, expected) in table {
        let shown = all.showing(text);
        assert_eq!(shown.as_ref().map(|shown| brief(&shown.blocks)).unwrap_or_default(), expected, "{text}");
        if let Some(shown) = shown {
            assert!(shown.says(text), "{text}");
        }
    }
    assert!(!all.says("the prices:"), "it says more");
}

#[test]
fn pictures_stay_with_what_stands_above_them() {
    let mail = read("<p>See:</p><p><img src='cid:shot'></p><p>Thanks</p><p>Anna Berger<br><img src='cid:logo'></p>");
    let shown = mail.showing("See:\n\n[cid:shot]\n\nThanks").unwrap();
    assert_eq!(shown.pictures(), ["shot"]);
    assert_eq!(mail.pictures(), ["shot", "logo"]);
    let above = read("<img src='cid:shot'><p>This is it.</p><blockquote><img src='cid:old'>old</blockquote>");
    assert_eq!(above.showing("This is it.").unwrap().pictures(), ["shot"]);
    assert_eq!(read("<img src='cid:only'>").showing("").unwrap().pictures(), ["only"]);
}

#[test]
fn lines_that_are_paragraphs_of_their_own_stand_below_each_other_where_the_text_has_them_so() {
    let mail = read("<p>Example Ltd</p><p>Street 1</p><p>&nbsp;</p><p>Hello</p>");
    assert_eq!(brief(&mail.showing("Example Ltd\nStreet 1\n\nHello").unwrap().blocks), "¶Example Ltd⏎Street 1 ¶Hello");
    assert_eq!(brief(&mail.showing("Example Ltd\n\nStreet 1\n\nHello").unwrap().blocks), "¶Example Ltd ¶Street 1 ¶Hello");
}

#[test]
fn only_addresses_of_the_web_and_of_mail_are_targets() {
    for sound in ["https://a.example/x?y=1#z", "HTTP://a.example", "mailto:anna@staff.example?subject=x", "https://[::1]/"] {
        assert!(Target::new(sound).is_some(), "{sound}");
    }
    for unsound in [
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "/path",
        "https://",
        "https://a b",
        "https://a\"b",
        "https:///x",
        "ftp://a.example",
        "cid:x",
        "https://a\u{0}",
    ] {
        assert!(Target::new(unsound).is_none(), "{unsound}");
        assert!(serde_json(unsound).is_err(), "{unsound}");
    }
}

fn serde_json(address: &str) -> Result<Target, String> {
    Target::try_from(address.to_owned())
}

fn shown(address: &str, picture: &Picture) -> Shown {
    Shown { address: address.to_owned(), alt: picture.alt.clone() }
}

fn page(document: &Document) -> String {
    let picture = |picture: &Picture| (picture.content_id == "known").then(|| shown("/files/1", picture));
    document.html(&Surroundings { place: Place::Page, pieces: &pieces, picture: &picture, folded: Some("Quoted") })
}

fn mail(document: &Document) -> String {
    let picture = |picture: &Picture| Some(shown(&format!("cid:{}", picture.content_id), picture));
    document.html(&Surroundings { place: Place::Mail, pieces: &pieces, picture: &picture, folded: None })
}

#[test]
fn html_for_pages_is_escaped_and_says_where_a_link_leads() {
    let table = [
        ("<p>a &lt;script&gt; &amp; \"b\"</p>", "<p dir=\"auto\">a &lt;script&gt; &amp; &quot;b&quot;</p>"),
        (
            "<a href='https://evil.example/x'>https://bank.example</a>",
            "<p dir=\"auto\"><a href=\"https://evil.example/x\" rel=\"noopener noreferrer nofollow\">https://bank.example</a> \
             (https://evil.example/x)</p>",
        ),
        (
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
            "<details class=\"quoted\"><summary>Quoted</summary><blockquote><p dir=\"auto\">a</p>\
             <blockquote><p dir=\"auto\">b</p></blockquote></blockquote></details>",
        ),
        (
            "<img src='cid:known' alt='A \"plan\"'><img src='cid:gone' alt='B'>",
            "<p dir=\"auto\"><a class=\"shown\" href=\"/files/1\"><img src=\"/files/1\" alt=\"A &quot;plan&quot;\" loading=\"lazy\"></a>[B]</p>",
        ),
        ("<ul><li>a<br>b</li></ul>", "<ul dir=\"auto\"><li>a\nb</li></ul>"),
        ("<s>old</s> <code>x = https://a.example</code>", "<p dir=\"auto\"><s>old</s> <code>x = https://a.example</code></p>"),
    ];
    for (markup, expected) in table {
        assert_eq!(page(&read(markup)), expected.replace("             ", ""), "{markup}");
    }
}

#[test]
fn text_for_programs_that_show_nothing_else_keeps_what_can_be_said() {
    let table = [
        (
            "<p>the <s>old</s> <a href='https://a.example/x'>list</a></p><ol><li>one<li>two</ol>",
            "the ~~old~~ list <https://a.example/x>\n\n1. one\n2. two",
        ),
        ("<table><tr><th>Part<th>Price<tr><td>Pump<td>5</table>", "Part | Price\nPump | 5"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
    ];
    for (markup, expected) in table {
        assert_eq!(read(markup).text(), expected, "{markup}");
    }
}

fn inline() -> impl Strategy<Value = Inline> {
    let style = (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(strong, emphasis, struck)| Style {
        strong,
        emphasis,
        struck,
        ..Style::default()
    });
    let target = prop_oneof![4 => Just(None), 1 => Just(Target::new("https://a.example/x"))];
    let text = ("[a-z<&]{1,8}( [a-z0-9>\"']{1,8}){0,3}", style, target)
        .prop_map(|(text, style, link)| Inline::Text(Run { text, style, link }));
    prop_oneof![
        6 => text,
        1 => Just(Inline::Break),
        1 => "[a-z]{1,5}".prop_map(|id| Inline::Picture(Picture { content_id: id, alt: String::new() })),
    ]
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let lines = || prop::collection::vec(inline(), 1..5);
    let leaf = prop_oneof![
        6 => lines().prop_map(Block::Paragraph),
        1 => (1_u8..7, lines()).prop_map(|(level, inlines)| Block::Heading(level, inlines)),
        1 => Just(Block::Rule),
    ];
    let cell = move || lines().prop_map(|inlines| vec![Block::Paragraph(inlines)]);
    let block = leaf.prop_recursive(3, 24, 4, move |inner| {
        let some = prop::collection::vec(inner, 1..3);
        prop_oneof![
            some.clone().prop_map(Block::Quote),
            (prop::option::of(1_u32..20), prop::collection::vec(some, 1..4))
                .prop_map(|(first, items)| Block::List { first, items }),
            prop::collection::vec(prop::collection::vec(cell(), 2..3), 2..4).prop_map(|rows| {
                let cell = |blocks| Cell { blocks, ..Cell::default() };
                Block::Table(rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect())
            }),
        ]
    });
    prop::collection::vec(block, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_as_html_reads_the_same(blocks in blocks()) {
        let once = read(&mail(&Document { blocks }));
        let again = read(&mail(&once));
        prop_assert_eq!(brief(&once.blocks), brief(&again.blocks));
    }

    #[test]
    fn a_document_says_its_own_text(blocks in blocks()) {
        let document = read(&mail(&Document { blocks }));
        prop_assert!(document.says(&document.text()), "{}", document.text());
    }

    #[test]
    fn no_markup_comes_out_but_ours(markup in "[a-z<>/\"'=& ]{0,200}") {
        for out in [page(&read(&markup)), mail(&read(&markup)), page(&of_text(&markup))] {
            for (at, _) in out.match_indices('<') {
                let name: String = out.get(at + 1..).unwrap().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
                let ours = ["p", "h3", "h4", "h5", "h6", "ol", "ul", "li", "div", "table", "tr", "td", "th", "details", "summary",
                    "blockquote", "pre", "strong", "em", "u", "s", "code", "a", "img", "hr"];
                prop_assert!(ours.contains(&name.trim_start_matches('/')), "{out}");
            }
        }
    }
}

/// A link that leads nowhere loses its link, and the text around it nothing.
#[test]
fn an_odd_address_costs_nothing_but_itself() {
    for href in [
        "https://a.example/plan",
        "https://a.example/the\u{a0}plan of\u{3000}all",
        "https://a.example/\u{2028}plan\u{200b}\u{202e}",
        "https://a.example/a\nplan",
        "https://a.example/&quot;x&quot;`\\^{}|[a] (b)",
        "https://a.example/&lt;all plans&gt;",
        "tel:+49 89 1234 5",
        "ftp://a.example/the plan",
        "mailto:plan@a.example?subject=the plan&amp;body=of all",
        "javascript:alert('the plan of all')",
        "file:///c:/the plan.pdf",
        "https://",
        "/relative plan",
        "",
    ] {
        let raw = format!(
            "From: a@a.example\r\nTo: b@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
             <p>See <a href=\"{href}\">the <b>big</b> plan</a>, please.</p>"
        );
        let letter = crate::understand(raw.as_bytes(), &crate::Limits::default()).unwrap();
        let document = letter.document.as_ref().and_then(|document| document.showing(&letter.body.new_text()));
        let document = document.unwrap_or_else(|| panic!("{href}: {}", letter.body.new_text()));
        assert!(page(&document).contains("<strong>"), "{href}: {}", page(&document));
    }
}

/// What turns the direction of letters is kept, and neither shown nor sent on.
#[test]
fn nothing_that_is_shown_turns_what_stands_beside_it() {
    let text = "see \u{202e}fdp.exe\u{202c} and \u{2067}more \u{5e9}\u{5dc}\u{200f}!";
    let document = super::typed(text);
    assert_eq!(document.blocks.len(), 1);
    for shown in [page(&document), mail(&document), document.text()] {
        assert!(!shown.chars().any(super::turns), "{shown:?}");
        assert!(shown.contains("see fdp.exe and more \u{5e9}\u{5dc}\u{200f}!"), "{shown:?}");
    }
}
