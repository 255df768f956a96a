//! Words as they are compared, and how far they are from each other.

use unicode_normalization::UnicodeNormalization;

/// NFKC, lower case, nothing invisible.
pub(super) fn fold(text: &str) -> String {
    visible(text).nfkc().collect::<String>().to_lowercase()
}

/// Without what cannot be seen; a hard space is a space.
pub(super) fn visible(text: &str) -> String {
    let invisible = |c: &char| {
        matches!(*c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
    };
    text.chars().filter(|c| !invisible(c)).map(|c| if c == '\u{a0}' { ' ' } else { c }).collect()
}

/// A name as it is compared: without accents, and once more with umlauts written out, as keyboards without them do.
pub(super) fn name_forms(name: &str) -> [String; 2] {
    let folded = fold(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let bare = |text: &str| text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect::<String>();
    let written_out = folded.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    [bare(&folded.replace('ß', "ss")), bare(&written_out)]
}

/// Whether a word could be a slip for `known`: at most two letters wrong, dropped, added or swapped, and at most one in
/// words of four. With how many.
pub(super) fn slip(word: &str, known: &str) -> Option<usize> {
    let most = match known.chars().count() {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    // Whatever is longer by more letters than may be wrong is no slip, however long it is.
    let length = known.chars().count();
    let near = word.chars().take(length + most + 1).count();
    if word == known || near > length + most || near + most < length {
        return None;
    }
    Some(distance(word, known)).filter(|distance| *distance <= most)
}

/// Edit distance in which swapping two neighbours counts one (optimal string alignment).
fn distance(one: &str, two: &str) -> usize {
    let (one, two): (Vec<char>, Vec<char>) = (one.chars().collect(), two.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=two.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in two.iter().enumerate() {
            let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&above, j) + usize::from(a != b)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && one.get(i - 1) == Some(b) && two.get(j - 1) == Some(a);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}
