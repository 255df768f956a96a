use super::*;

fn html(body: &str) -> String {
    rendered(body).html
}

fn rendered(body: &str) -> Rendered {
    let pages = ["welcome".to_owned()].into();
    let pictures = ["a.png".to_owned(), "Bild 1.png".to_owned()].into();
    let mention = Mention { title: "Press <b>4</b>".to_owned(), status: "open".to_owned(), class: "us" };
    let tickets = [("ACME-1".parse().unwrap(), mention)].into();
    let around = RenderContext {
        base: "/ACME/docs",
        pages: &pages,
        pictures: &pictures,
        tickets: &tickets,
        table: "Table",
        boxes: ["done", "to do"],
        notes: "Note",
        callouts: ["Note", "Tip", "Important", "Warning", "Caution"],
    };
    render(body, &around)
}

const REL: &str = "rel=\"noopener noreferrer\"";

#[test]
fn markdown_becomes_html() {
    for (markdown, want) in [
        ("*a* **b** ~~c~~ `d<`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d&lt;</code></p>\n".to_owned()),
        ("a  \nb\n\n---\n\n> c", "<p>a<br>\nb</p>\n<hr>\n<blockquote>\n<p>c</p>\n</blockquote>\n".to_owned()),
        ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n".to_owned()),
        (
            "- [x] a\n- [ ] b",
            "<ul>\n<li><span class=\"box\" role=\"img\" aria-label=\"done\">☑</span> a</li>\n\
             <li><span class=\"box\" role=\"img\" aria-label=\"to do\">☐</span> b</li>\n</ul>\n"
                .to_owned(),
        ),
        (
            "```sh x\nls <a>\n```",
            "<pre tabindex=\"0\"><code class=\"language-sh\">ls &lt;a&gt;\n</code></pre>\n".to_owned(),
        ),
        (
            "|a|b|\n|-:|:-:|\n|1|2|",
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th scope=\"col\" class=\"right\">a</th>\
             <th scope=\"col\" class=\"center\">b</th></tr></thead><tbody>\n<tr><td class=\"right\">1</td><td class=\"center\">2</td></tr>\n\
             </tbody></table></div>\n"
                .to_owned(),
        ),
        (
            "a[^x]\n\n[^x]: note",
            format!(
                "<p>a<sup><a href=\"#note_1\" aria-label=\"Note 1\" {REL}>1</a></sup></p>\n\
                 <section class=\"notes\" aria-label=\"Note\"><ol><li id=\"note_1\"><p>note</p>\n</li>\n</ol></section>\n"
            ),
        ),
        ("![A \"b\" <c>](a.png)", "<p><img src=\"/ACME/docs/files/a.png\" alt=\"A &quot;b&quot; &lt;c&gt;\" loading=\"lazy\"></p>\n".to_owned()),
        ("![B](./Bild%201.png)", "<p><img src=\"/ACME/docs/files/Bild%201.png\" alt=\"B\" loading=\"lazy\"></p>\n".to_owned()),
        ("[w](welcome.md#Öl)", format!("<p><a href=\"/ACME/docs/welcome#oel\" {REL}>w</a></p>\n")),
        ("<carla@acme.example>", format!("<p><a href=\"mailto:carla@acme.example\" {REL}>carla@acme.example</a></p>\n")),
        ("<HTTPS://a.example/?b=1&c>", format!("<p><a href=\"HTTPS://a.example/?b=1&amp;c\" {REL}>HTTPS://a.example/?b=1&amp;c</a></p>\n")),
        (
            "> [!WARNING]\n> a\n\n> [!NOPE]\n> b",
            "<div class=\"callout warning\" role=\"note\"><p class=\"callout-name\">Warning</p>\n<p>a</p>\n</div>\n\
             <blockquote>\n<p>[!NOPE]\nb</p>\n</blockquote>\n"
                .to_owned(),
        ),
        (
            "|a|\n|-|\n|b<br>c<BR />d<b>|\n\nx<br>y",
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th scope=\"col\">a</th></tr></thead><tbody>\n\
             <tr><td>b<br>c<br>d&lt;b&gt;</td></tr>\n</tbody></table></div>\n<p>x&lt;br&gt;y</p>\n"
                .to_owned(),
        ),
        (
            "At https://a.example/x_(y), (carla@acme.example) or dana.f+x@sub.globex.example.",
            format!(
                "<p>At <a href=\"https://a.example/x_(y)\" {REL}>https://a.example/x_(y)</a>, \
                 (<a href=\"mailto:carla@acme.example\" {REL}>carla@acme.example</a>) or \
                 <a href=\"mailto:dana.f+x@sub.globex.example\" {REL}>dana.f+x@sub.globex.example</a>.</p>\n"
            ),
        ),
        (
            "a@b @acme.example carla@ user:x@acme.example git@host:path carla@acme javascript:alert@acme.example `x@acme.example`",
            "<p>a@b @acme.example carla@ user:x@acme.example git@host:path carla@acme javascript:alert@acme.example \
             <code>x@acme.example</code></p>\n"
                .to_owned(),
        ),
        (
            "see ACME-1.",
            format!(
                "<p>see <a class=\"mention\" href=\"/ACME/1\" {REL}>ACME-1 Press &lt;b&gt;4&lt;/b&gt;</a> <span class=\"status us\">open</span>.</p>\n"
            ),
        ),
        ("ACME-2 XACME-1 ACME-1-1 ACME-01 acme-1 `ACME-1`", "<p>ACME-2 XACME-1 ACME-1-1 ACME-01 acme-1 <code>ACME-1</code></p>\n".to_owned()),
    ] {
        assert_eq!(sorted(&html(markdown)), sorted(&want), "{markdown}");
    }
}

/// Attributes come out of the sanitizer in its own order.
fn sorted(html: &str) -> String {
    let tag = |tag: &str| {
        let mut parts: Vec<&str> = tag.split("\" ").flat_map(|part| part.splitn(2, ' ').collect::<Vec<_>>()).collect();
        parts.iter_mut().for_each(|part| *part = part.trim_end_matches('"'));
        parts.sort_unstable();
        parts.join("|")
    };
    let piece = |piece: &str| {
        piece.split_once('>').map_or_else(|| piece.to_owned(), |(inside, after)| format!("{}>{after}", tag(inside)))
    };
    html.split('<').map(piece).collect::<Vec<_>>().join("<")
}

#[test]
fn nothing_runs_and_nothing_is_loaded() {
    for attack in [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<svg/onload=alert(1)>",
        "<style>*{display:none}</style>",
        "<iframe src=\"https://evil.example\"></iframe>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#10;script:alert(1))",
        "[x](&#x6A;avascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](//evil.example/)",
        "[x](/%2f/evil.example)",
        "[x](\\\\evil.example)",
        "<javascript:alert(1)>",
        "![x](https://evil.example/t.gif)",
        "![x](//evil.example/a.png)",
        "![x](../../a.png)",
        "![x](/ACME/docs/files/a.png)",
        "![x](data:image/png;base64,AAAA)",
        "![x](missing.png)",
        "![\"><script>alert(1)</script>](a.png)",
        "![\" onerror=\"alert(1)](a.png)",
        "![[x](javascript:alert(1))](a.png \"\\\" onload=\\\"x\")",
        "[![x](https://evil.example/t.gif)](javascript:alert(1))",
        "```\"><script>alert(1)</script>\nx\n```",
        "# <script>alert(1)</script>",
        "# x {#a onclick=alert(1)}",
        "|<script>|\n|-|\n|<img src=x onerror=y>|",
        "[^\"><script>]\n\n[^\"><script>]: <script>",
        "[w](welcome.md#\"onclick=alert(1))",
        "<a href=\"javascript:x\">x</a>",
    ] {
        let html = html(attack);
        for tag in html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
            let parts: Vec<&str> = tag.split('"').collect();
            let name = parts[0].split(' ').next().unwrap().trim_start_matches('/');
            assert!(allowed::TAGS.contains(&name), "{attack}: {html}");
            for pair in parts.chunks(2).filter(|pair| pair.len() == 2) {
                let (attribute, value) = (pair[0].rsplit(' ').next().unwrap(), pair[1]);
                let fine = match attribute {
                    "src=" => value == "/ACME/docs/files/a.png",
                    "href=" => {
                        ["https://", "mailto:", "/ACME/docs/welcome", "#note_"].iter().any(|start| value.starts_with(start))
                    }
                    other => ["alt=", "loading=", "rel=", "class=", "id=", "scope=", "tabindex=", "role=", "aria-label="]
                        .contains(&other),
                };
                assert!(fine, "{attack}: {html}");
            }
        }
    }
    assert_eq!(html("![a map](https://evil.example/t.gif)"), "<p>a map</p>\n");
    assert_eq!(html("[text](javascript:x)"), "<p>text</p>\n");
    assert_eq!(html("<b>x</b>"), "<p>&lt;b&gt;x&lt;/b&gt;</p>\n");
    assert_eq!(html("[draft](draft.md)"), "<p>draft</p>\n", "what the reader may not open looks like what is not there");
}

#[test]
fn headings_have_stable_different_anchors_below_the_title() {
    let rendered = rendered("# Öl\n\n## Öl\n\n### Content `x`\n\n# Content\n\n# Öl 2\n\n# 你好");
    let headings: Vec<_> = rendered.headings.iter().map(|heading| (heading.level, heading.id.as_str())).collect();
    assert_eq!(headings, [(2, "oel"), (3, "oel-2"), (4, "content-x"), (2, "content-2"), (2, "oel-2-2"), (2, "article")]);
    assert!(rendered.html.contains("<h2 id=\"oel\">Öl</h2>"), "{}", rendered.html);
    assert_eq!(super::plain("# A\n\nb *c*\nd\n\n- e"), ["A", "b c d", "e"]);
    assert_eq!(super::plain("a[^x]\n\n[^x]: b\n\n[^y]: c"), ["a", "b"], "a note that nothing refers to is on no page");
    assert_eq!(pictures("![a](a.png) `![b](b.png)`"), ["a.png".to_owned()].into());
    assert_eq!(super::tickets("ACME-1 `ACME-2`\n\n    ACME-3\n\n(GLOBEX-4)").len(), 2);
}

#[test]
fn what_is_too_deep_or_too_odd_is_shown_as_text_and_takes_no_time() {
    for piece in ["> ", "- ", "*a **b ", "[", "![", "<b>", "`", "|", "[^1]", "ACME-1 ", "# a\n", "a[^1]\n\n[^1]: b\n\n"] {
        let html = html(&piece.repeat(20_000));
        assert!(!html.is_empty() && !html.contains("<b>"), "{piece}");
    }
    assert!(html(&format!("{}x", "> ".repeat(500))).starts_with("<pre"));
    assert!(html(&format!("{}x", "> ".repeat(20))).starts_with("<blockquote"), "the twin: what is not too deep");
}
