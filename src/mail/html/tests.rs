use super::*;
use crate::Warning;
use crate::{Letter, Limits, body, understand};

fn text(html: &str) -> String {
    render(&plainly(html, &mut Budget::of(1 << 20)), 512)
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn html_reads_as_text() {
    let table = [
        ("<p>Hello <b>World</b></p><p>again</p>", "Hello World\n\nagain"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<ul><li>one<li>two<ul><li>in</ul></ul>", "- one\n- two\n  - in"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ("<ol start=\"3\"><li>three<li>four</ol>", "3. three\n4. four"),
        ("<ul><li><p>one</p><p>more</p></li><li><div>two</div></li></ul>", "- one\n\nmore\n\n- two"),
        ("<ul><li><ul><li>in</ul><li></ul>x", "-   - in\n-\nx"),
        ("write to <ann@x.example> or <b>call</b>", "write to <ann@x.example> or call"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>x\n  y</pre>", "x\n  y"),
        ("&lt;a&gt; &amp; &nbsp;b", "<a> &  b"),
        (
            "<a href=\"https://x.example/\">x.example</a> <a href='https://y.example'>here</a>",
            "x.example here <https://y.example>",
        ),
        ("<a href='mailto:a@x.example'>a@x.example</a>", "a@x.example"),
        ("<style>p{}</style><script>1<2</script><title>t</title>x<!-- no -->", "x"),
        ("<blockquote>old<blockquote>older</blockquote></blockquote>new", "> old\n>\n>> older\n\nnew"),
        ("Hi <img src='cid:x' alt='logo'><img alt='😀' src='https://x.example/e'>", "Hi 😀"),
        ("", ""),
        ("<<<>><p", "<<<>>"),
    ];
    for (html, want) in table {
        assert_eq!(text(html), want, "{html}");
    }
}

#[test]
fn hidden_text_is_left_out() {
    for style in [
        "display:none",
        "DISPLAY: none !important",
        "font-size:0px",
        "visibility:hidden",
        "opacity: 0",
        "max-height:0;overflow:hidden",
    ] {
        let rendered = render(&format!("<div style=\"{style}\">secret</div>seen"), 512);
        assert!(rendered.hidden, "{style}");
        assert_eq!(rendered.lines.len(), 1, "{style}");
    }
    for style in ["font-size:0.9em", "opacity:0.5", "display:block", "mso-hide:all"] {
        assert!(!render(&format!("<div style=\"{style}\">seen</div>"), 512).hidden, "{style}");
    }
}

#[test]
fn a_layout_that_takes_all_size_from_its_cells_keeps_its_text() {
    let html = "<td style=\"font-size:0px;padding:10px 25px\"><div style=\"font-size:13px\">Shipped.</div></td>";
    assert_eq!((text(html).as_str(), render(html, 512).hidden), ("Shipped.", false));
    let html = "<div style=\"font-size:0\"><p>gone</p></div><p>seen</p>";
    assert_eq!((text(html).as_str(), render(html, 512).hidden), ("seen", true));
    let html = "<table bgcolor=\"#FFFFFF\"><tr><td><font color=white>gone</font><a class=b style=\"color:#fff\">button</a></td></tr></table>";
    assert_eq!((text(html).as_str(), render(html, 512).hidden), ("button", true));
    let html = "<td style=\"font-size:0\"><a style=\"font-size:13px\" href=\"https://x.example/pay\">Pay</a></td>";
    assert_eq!(text(html), "Pay <https://x.example/pay>");
    let html = "<p>x <a style=\"font-size:0\" href=\"https://x.example/pay\">Pay</a></p>";
    assert_eq!(text(html), "x");
}

#[test]
fn pictures_from_elsewhere_are_counted() {
    let table = [
        ("<img src=\"https://x.example/a.gif\"><img src=\"//x.example/b.gif\"><img src=\"cid:a@b\">", 2),
        ("<td background=\"http://x.example/c.png\"><p style=\"background:#fff url('https://x.example/d.png')\">", 2),
        ("<p style=\"background:url(cid:a@b)\"><a href=\"https://x.example\">x</a>", 0),
    ];
    for (html, want) in table {
        assert_eq!(render(html, 512).remote_images, want, "{html}");
    }
}

#[test]
fn clients_mark_what_they_quote() {
    let table = [
        (
            "Gmail",
            "<div>New</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">Xx yy zz:<br></div><blockquote class=\"gmail_quote\">old</blockquote></div>",
        ),
        (
            "Gmail old",
            "<div>New</div><div class=\"gmail_quote\">Xx qq &lt;<a href=\"mailto:a@x.example\">a@x.example</a>&gt; 12.3.2024 10:00:<br><blockquote class=\"gmail_quote\">old</blockquote></div>",
        ),
        (
            "Outlook web",
            "<div>New</div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>Xx:</b> a</div><div>old</div>",
        ),
        (
            "Outlook desktop",
            "<p class=MsoNormal>New</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Xx:</b> a</p></div></div><p class=MsoNormal>old</p>",
        ),
        ("Apple Mail", "New<br><blockquote type=\"cite\"><div>Xx yy zz:</div><div>old</div></blockquote>"),
        ("Thunderbird", "<p>New</p><div class=\"moz-cite-prefix\">Xx yy zz:<br></div><blockquote type=\"cite\">old</blockquote>"),
        ("Yahoo", "<div>New</div><div id=\"ydp1yahoo_quoted\" class=\"ydp1yahoo_quoted\"><div>Xx yy</div><div>old</div></div>"),
        ("Proton", "New<div class=\"protonmail_quote\">Xx yy<br><blockquote>old</blockquote></div>"),
        (
            "GMX",
            "<div>New</div><div name=\"quote\" style=\"border-left:2px solid\"><div>Xx</div><div name=\"quoted-content\">old</div></div>",
        ),
        ("Zoho", "New<div class=\"zmail_extra\">Xx<blockquote>old</blockquote></div>"),
        ("Zimbra", "<div>New</div><hr id=\"zwchr\"><div><b>Xx: </b>a<br>old</div>"),
    ];
    for (client, html) in table {
        let parts = body::split(&render(html, 512).lines, false);
        assert_eq!(parts.new_text(), "New", "{client}");
        assert!(parts.quoted_text().contains("old"), "{client}");
    }
}

#[test]
fn inline_answers_stay() {
    let html = "<div class=\"gmail_quote\"><div class=\"gmail_attr\">On x wrote:</div><blockquote>one?</blockquote><div>yes</div><blockquote>two?</blockquote><div>no</div></div>";
    assert_eq!(body::split(&render(html, 512).lines, false).new_text(), "yes\n\nno");
}

#[test]
fn harmless_html_only() {
    let table = [
        ("<p onclick=x>Hi<script>x</script></p>", "<p>Hi</p>"),
        ("<img src=\"https://x.example/t.gif\"><img src=\"cid:a@b\" alt=\"x\">", "<img><img src=\"cid:a@b\" alt=\"x\">"),
        ("<svg><a xlink:href=x>z</a></svg><form><input></form>t<iframe src=x></iframe>", "t"),
        ("<a href=\"javascript:x\">l</a>", "<a rel=\"noopener noreferrer nofollow\">l</a>"),
        ("<p style=\"color:red;position:fixed\">x</p>", "<p style=\"color:red\">x</p>"),
        ("<p style=\"display:none\">x</p>", "<p style=\"display:none\">x</p>"),
        ("<p style=\"background-color:url(https://x.example)\">x</p>", "<p>x</p>"),
    ];
    for (html, want) in table {
        assert_eq!(sanitize(html, 512).as_deref(), Some(want), "{html}");
    }
}

#[test]
fn deep_and_wide_html_is_not_built() {
    let attributes: String = (0..10_000).map(|n| format!(" a{n}")).collect();
    let fonts: String = (0..400).map(|n| format!("<font size={n}>")).collect();
    let bad = [
        "<div>".repeat(600),
        format!("<p{attributes}>"),
        format!("<p>{fonts}</p>{}", "<p>x".repeat(10_000)),
        "& ".repeat(30_000),
        "\u{a0}x".repeat(30_000),
    ];
    for html in bad {
        assert!(sanitize(&html, 512).is_none());
        render(&html, 512);
    }
    assert!(render(&"<div>".repeat(600), 512).too_deep);
    assert!(sanitize(&"<p>x<br><li>y".repeat(2_000), 512).is_some());
    assert!(sanitize(&"<b>x</b><div></div>".repeat(2_000), 512).is_some());
}

#[test]
fn html_is_written_plainly_and_says_the_same() {
    let table = [
        ("<P Class='a \"b\"' id=x&amp;y hidden>T<BR/>", "<p Class=\"a &quot;b&quot;\" id=\"x&amp;y\" hidden=\"\">T<br>"),
        ("a < b <> </> <3 <?xml?><!DOCTYPE html>c", "a &lt; b &lt;>  &lt;3 c"),
        ("<a title=\"a > b\" href = 'c'>d</a >", "<a title=\"a > b\" href=\"c\">d</a>"),
        ("<!-- <p> -->x<!-->y<!--->z<!-- --!>.<!-- open", "xyz. open"),
        ("<!-- <!-- -->x<!--<b>y", "x<b>y"),
        ("<script>if (a<b) '</p>'</script >x", "<script></script>x"),
        ("<style>a</style>b<title>c</titl></title>d", "<style></style>b<title></title>d"),
        ("<xmp><b>&lt;</xmp>", "<listing>&lt;b>&amp;lt;</listing>"),
        ("a<plaintext>b<i>", "ab<i>"),
        ("write <x@y.example> now", "write <x@y.example> now"),
        ("a<p", "a"),
        ("a<p b='", "a"),
    ];
    for (html, want) in table {
        let mut budget = Budget::of(1 << 20);
        assert_eq!((plainly(html, &mut budget).as_str(), budget.spent), (want, false), "{html}");
    }
}

#[test]
fn attributes_beyond_all_reason_are_dropped_and_told_and_the_text_stays() {
    let tag = |count: usize| format!("<p {}>text</p>", (0..count).map(|n| format!("a{n}=b ")).collect::<String>());
    for (count, spent) in [(100, false), (101, true), (100_000, true)] {
        let mut budget = Budget::of(1 << 20);
        let plain = plainly(&tag(count), &mut budget);
        assert_eq!((budget.spent, plain.matches('=').count(), plain.ends_with(">text</p>")), (spent, 100, true), "{count}");
    }
}

/// What one part may have, fifty parts may not have fifty times.
#[test]
fn bounds_of_html_hold_for_a_mail_and_not_for_a_part() {
    let limits = Limits { html_bytes: 10_000, ..Limits::default() };
    let mail = |parts: usize| {
        let part = format!("--x\nContent-Type: text/html\n\n{}<p>end</p>\n", "<p class=a>b</p>".repeat(300));
        let head = "From: a@x.example\nContent-Type: multipart/mixed; boundary=x\n\n";
        understand(format!("{head}{}--x--\n", part.repeat(parts)).as_bytes(), &limits).unwrap()
    };
    let told = |letter: &Letter| letter.warns(Warning::HtmlCut);
    assert_eq!((told(&mail(2)), mail(2).body.text.matches("end").count()), (false, 2));
    let many = mail(50);
    assert!(told(&many) && many.body.text.matches('b').count() < 700, "{}", many.body.text.len());
}

#[test]
fn what_the_serializer_would_look_for_again_and_again_is_no_tame_html_and_ordinary_text_is() {
    for piece in ["&amp;", "\u{ad}", "\u{a0}a", "&amp;</x>", "&amp;<tr>"] {
        assert!(!is_tame(&piece.repeat(100_000), 512), "{piece}");
        assert!(is_tame(&piece.repeat(1_000), 512), "{piece}");
    }
    for text in ["<p>Größe 3 °C, 5 m² &amp; mehr&nbsp;</p>", "<br>&nbsp;", "if (a &lt; b &amp;&amp; b &gt; c)\n"] {
        assert!(is_tame(&text.repeat(1_000_000 / text.len()), 512), "{text}");
    }
}

#[test]
fn a_long_text_is_divided_where_nobody_sees_it() {
    let text = "« Très bien ! » dit-il & rit.\n".repeat(10_000);
    let plain = plainly(&format!("<p>{}", text.replace('&', "&amp;")), &mut Budget::of(1 << 20));
    assert!(is_tame(&plain, 512) && is_tame(&of_text(&text), 512));
    assert_eq!(super::super::html::render(&plain, 512).lines[0].text.matches("rit.").count(), 10_000);
    assert!(sanitize(&of_text(&text), 512).unwrap().replace("<wbr>", "").contains("rit.\n«"));
    let short = "<p>« Très bien ! »<br>&amp;</p>".repeat(1_000);
    assert_eq!(plainly(&short, &mut Budget::of(1 << 20)), short, "ordinary HTML stays as it is");
}

#[test]
fn attributes_of_many_html_and_body_tags_are_bounded_and_those_of_a_long_digest_stay() {
    let mut budget = Budget::of(1 << 20);
    let digest = plainly(&"<html lang=de><body bgcolor=white>a</body></html>".repeat(100), &mut budget);
    assert_eq!((budget.spent, digest.matches('=').count()), (false, 200));
    let mut budget = Budget::of(1 << 20);
    let hostile: String = (0..50_000).map(|n| format!("<html a{n}=b>")).collect();
    let hostile = plainly(&format!("{hostile}text"), &mut budget);
    assert_eq!((budget.spent, hostile.matches('=').count(), hostile.ends_with("text")), (true, 500, true));
}

#[test]
fn an_end_that_ends_nothing_makes_no_nesting_shallower_and_sloppy_html_is_shown() {
    for piece in [
        "<b></i>",
        "<div></x>",
        "<span><div></span></div>",
        "<form><div></form>",
        "<b><div></b>",
        "<x><table></x>",
        "<div><object></div>",
    ] {
        assert!(!is_tame(&piece.repeat(5_000), 512), "{piece}");
        assert!(is_tame(&piece.repeat(100), 512), "{piece}");
    }
    for piece in ["<div><span></div>", "<b><i></b></i>", "<table><tr><td><div></table>", "<ul><li><p>a</ul>", "<div></div></div>"]
    {
        assert!(is_tame(&piece.repeat(5_000), 512), "{piece}");
    }
}
