use super::*;

fn shown(text: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    greeted(&lines).or_else(|| named(&lines)).map(|found| found.start)
}

#[test]
fn a_name_with_ways_to_reach_it_is_a_signature_and_what_was_announced_is_not() {
    let certain = [
        ("Done.\n\nBest regards,\n\nJohn Doe\nEngineer\n+1 555 123 4567", 4),
        ("Done.\n\nLG\nAnn Berger\n0171 1234567", 3),
        ("Done.\n\nJohn Doe\nWidgets Inc.\nPhone: +1 555 123 4567\nwww.widgets.example", 2),
        ("Done.\n\nКind regards\nx\n\nJane Roe | Head of IT\njane@x.example\n+44 20 7946 0000", 5),
    ];
    for (text, start) in certain {
        assert_eq!(shown(text), Some(start), "{text}");
    }
    let content = [
        "Done.\n\nBest regards,\nJohn Doe",
        "Here is the address of our dealer:\n\nPaper Ltd\nwww.paper.example\n+44 20 7946 0000",
        "Please send it to the following person\n\nJane Roe\njane@x.example\n+44 20 7946 0000",
        "John Doe\njohn@x.example\n+1 555 123 4567",
        "Please call me on\n+1 555 123 4567",
        "See here.\n\nStatus page\nhttps://a.example\nhttps://b.example",
        "Best printer ever\nJane Roe\n+44 20 7946 0000",
        "Thanks,\nwhat does this mean?\nwww.x.example",
        "",
    ];
    for text in content {
        assert_eq!(shown(text), None, "{text}");
    }
}

#[test]
fn numbers_to_call() {
    for line in ["+49 30 1234567", "tel. 020 7946 0000", "(030) 12 34 56 78", "t: 0171/1234567 | f: 1"] {
        assert!(is_number(line), "{line}");
    }
    for line in ["12.03.2024", "2024-03-12", "order 4711", "192.168.0.1 20", "12:30:00"] {
        assert!(!is_number(line), "{line}");
    }
}
