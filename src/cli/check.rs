//! `postroom check`: whether what is stored makes sense together.

use std::process::ExitCode;

use serde::Serialize;

use super::{Desk, output};
use crate::ops::check;

#[derive(Debug, Serialize)]
struct Report {
    ok: bool,
    faults: Vec<String>,
}

pub(super) async fn run(desk: &Desk) -> anyhow::Result<ExitCode> {
    let mut tx = desk.read().await?;
    let mut faults = check::set_up(&mut tx, &desk.config).await?;
    faults.extend(check::late(&mut tx, desk.clock.now()).await?);
    faults.extend(check::faults(&mut tx).await?);
    drop(tx);
    let report = Report { ok: faults.is_empty(), faults };
    if desk.json {
        output::json(&report)?;
    } else if report.ok {
        output::print("All is well.\n")?;
    } else {
        output::print(&format!("{}\n", output::lines(&report.faults.join("\n"))))?;
    }
    Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
