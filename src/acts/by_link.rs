//! Files that are too large for a mail to an outsider: they get a link for each, of their own and for a while.

use std::time::Duration;

use super::act::ActContext;
use super::post;
use crate::desk::entry::File;
use crate::desk::ids::EntryId;
use crate::desk::people::Person;
use crate::desk::secret::Plain;
use crate::guest::GuestEntry;
use crate::letters::{self, ByLink};
use crate::store::{Tx, file_links};

/// How long a link is good.
const GOOD_FOR: Duration = Duration::from_hours(30 * 24);

/// What of the files of these entries does not fit into one mail, each with the link at which a reader gets it. A desk without
/// pages has no links: all of them travel.
pub(super) async fn links(
    tx: &mut Tx,
    context: &ActContext<'_>,
    person: &Person,
    entries: &[(EntryId, &GuestEntry)],
) -> anyhow::Result<Vec<ByLink>> {
    let Some(web) = &context.config.web else { return Ok(Vec::new()) };
    let files: Vec<(EntryId, &File)> =
        entries.iter().flat_map(|(id, entry)| entry.files().iter().map(|file| (*id, file))).collect();
    let too_large = too_large(&files.iter().map(|(_, file)| file.size).collect::<Vec<_>>(), context.config.attachment_bytes);
    let until = context.now.plus(GOOD_FOR);
    let language = person.reads().unwrap_or(context.config.desk.language);
    let day = letters::day(until, language, post::zone(context, person));
    let mut links = Vec::new();
    for (entry, file) in too_large.into_iter().filter_map(|place| files.get(place)) {
        let secret = Plain::long(context.rng);
        file_links::keep(tx, &secret.hashed(), person.id, (*entry, &file.blob), (context.now, until)).await?;
        links.push(ByLink {
            blob: file.blob.clone(),
            name: file.name.clone(),
            size: file.size,
            link: format!("{}/file/{}", web.base_url, secret.expose()),
            until: day.clone(),
        });
    }
    Ok(links)
}

/// Which of files of these sizes do not fit into `room`, by their places: as many as can travel do, so the largest stay.
fn too_large(sizes: &[i64], room: i64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..sizes.len()).collect();
    places.sort_by_key(|place| sizes.get(*place));
    let mut used = 0_i64;
    let mut stay: Vec<usize> = places
        .into_iter()
        .filter(|place| {
            used = used.saturating_add(sizes.get(*place).copied().unwrap_or_default());
            used > room
        })
        .collect();
    stay.sort_unstable();
    stay
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_stay_where_not_all_fit() {
        let table: [(&[i64], &[usize]); 8] = [
            (&[], &[]),
            (&[10], &[]),
            (&[11], &[0]),
            (&[5, 5], &[]),
            (&[6, 5], &[0]),
            (&[1, 20, 2], &[1]),
            (&[20, 1, 30], &[0, 2]),
            (&[i64::MAX, i64::MAX, 1], &[0, 1]),
        ];
        for (sizes, expected) in table {
            assert_eq!(too_large(sizes, 10), expected, "{sizes:?}");
        }
    }
}
