//! Named points at which a test can make the program die as by `kill -9`. Debug builds only: a release build has none.

/// Dies here if the environment variable `POSTROOM_CRASH_AT` names this point.
pub fn point(name: &str) {
    #[cfg(debug_assertions)]
    {
        static POINT: std::sync::LazyLock<Option<String>> = std::sync::LazyLock::new(|| std::env::var("POSTROOM_CRASH_AT").ok());
        if POINT.as_deref() == Some(name) {
            std::process::abort();
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = name;
}

/// In a reader of a debug build with `POSTROOM_CRASH_AT=reading`: does what a mail's `X-Crash` field says, as a mail would
/// that found a mistake in reading.
pub fn misbehave(raw: &[u8]) {
    #[cfg(debug_assertions)]
    {
        if std::env::var("POSTROOM_CRASH_AT").as_deref() != Ok("reading") {
            return;
        }
        let text = String::from_utf8_lossy(raw);
        let wish = text.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix("X-Crash: "));
        match wish {
            Some("abort") => std::process::abort(),
            Some("overflow") => {
                fn deeper(depth: u64) -> u64 {
                    let room = std::hint::black_box([depth; 1_000]);
                    if depth == u64::MAX { depth } else { deeper(depth + 1) + room.iter().sum::<u64>() }
                }
                std::hint::black_box(deeper(0));
            }
            Some("allocate") => {
                std::hint::black_box(vec![1_u8; 2 << 30]);
            }
            Some("loop") => loop {
                std::hint::spin_loop();
            },
            Some("sleep") => std::thread::sleep(std::time::Duration::from_secs(3600)),
            Some("nonsense") => println!("PR1 this is no answer, whatever it may look like"),
            _ => {}
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = raw;
}

/// Lets the readers of a debug build know what the program was told; they have no environment otherwise.
pub fn pass_on(command: &mut tokio::process::Command) {
    #[cfg(debug_assertions)]
    if let Ok(point) = std::env::var("POSTROOM_CRASH_AT") {
        command.env("POSTROOM_CRASH_AT", point);
    }
    #[cfg(not(debug_assertions))]
    let _ = command;
}
