//! `postroom check`: whether all is well.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::{OpenDesk, output, trust};
use crate::ops::check::{self, Report};

/// `check`
#[derive(Debug, Args)]
pub struct Check {
    /// Instead: find out what can prove that a staff member's mail is theirs. Sends a forged mail to each mailbox through
    /// [outgoing.smtp], waits for it, looks at real mail of the staff, and says what `[trust]` may believe.
    #[arg(long)]
    trust: bool,
    /// Try no server: only look at what is stored, what waits, and this machine.
    #[arg(long, conflicts_with = "trust")]
    offline: bool,
    /// The receiving server as it names itself in Authentication-Results; found in real mail where it is not given.
    #[arg(long, value_name = "NAME", requires = "trust")]
    authserv_id: Option<String>,
    /// How long to wait for a mail to arrive, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, requires = "trust")]
    wait: u64,
}

#[derive(Debug, Serialize)]
struct View {
    ok: bool,
    #[serde(flatten)]
    report: Report,
}

pub(super) async fn run(desk: &OpenDesk, command: Check) -> anyhow::Result<ExitCode> {
    if command.trust {
        return trust::run(desk, command.authserv_id, Duration::from_secs(command.wait)).await;
    }
    let report = check::everything(&desk.store, &desk.config, desk.clock.now(), command.offline).await;
    let ok = report.faults.is_empty();
    if desk.json {
        output::json(&View { ok, report })?;
    } else {
        let mut lines: Vec<String> = report.faults.iter().map(|found| format!("{}: {}", found.words, found.remedy)).collect();
        lines.extend(report.notes.iter().map(|note| format!("({note})")));
        if ok {
            lines.push("All is well.".to_owned());
        }
        // A server's words may have line breaks.
        let lines: Vec<String> = lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        output::print(&format!("{}\n", output::lines(&lines.join("\n"))))?;
    }
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
